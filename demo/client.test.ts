import { McpError } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import { readArguments } from './call'
import { outcomeOfError } from './client'

const refusal = { reason: 'excluded', reference: 'ref_1', url: 'http://127.0.0.1:3000/audit?reference=ref_1' }

describe('a call’s outcome', () => {
  it('is a refusal when the gateway said so in the protocol', () => {
    const outcome = outcomeOfError(new McpError(-31403, 'This access was removed in a review.', refusal))
    expect(outcome).toEqual({ kind: 'refused', message: 'This access was removed in a review.', refusal })
  })

  it('is a refusal when the gateway said so with an HTTP status', () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -31401, message: 'Revoked.', data: refusal } })
    const outcome = outcomeOfError(new Error(`Error POSTing to endpoint (HTTP 401): ${body}`))
    expect(outcome).toEqual({ kind: 'refused', message: 'Revoked.', refusal })
  })

  it('is a failure when nobody refused', () => {
    expect(outcomeOfError(new McpError(-32602, 'Invalid arguments')).kind).toBe('failed')
    expect(outcomeOfError(new Error('fetch failed'))).toEqual({ kind: 'failed', message: 'fetch failed' })
    expect(outcomeOfError(new Error('odd {not json')).kind).toBe('failed')
  })
})

describe('demo:call', () => {
  it('reads who calls what, with which arguments, on which connection', () => {
    expect(readArguments(['lumen-vendor-agent', 'export_customers', '{"limit":5}'])).toEqual({
      who: 'lumen-vendor-agent',
      tool: 'export_customers',
      args: { limit: 5 },
      connection: 'crm',
    })
    const onOther = readArguments(['--on', 'everything', 'release-pipeline', 'echo'])
    expect(onOther).toMatchObject({ who: 'release-pipeline', tool: 'echo', args: {}, connection: 'everything' })
  })

  it('says how it is used when it cannot be understood', () => {
    for (const wrong of [[], ['a'], ['a', 'b', '{}', 'c'], ['a', 'b', '[1]'], ['a', 'b', '{'], ['a', 'b', '--on']]) {
      expect(() => readArguments(wrong)).toThrow(/usage: npm run/)
    }
  })
})
