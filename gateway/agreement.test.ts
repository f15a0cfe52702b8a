import { describe, expect, it } from 'vitest'
import { decodeHeader, encodeHeader } from './agreement'
import { Refusal } from './call'
import { parse } from './parse'

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const META = { [VERSION]: '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'naïve', arguments: {} } }
const modern = { ...legacy, params: { ...legacy.params, _meta: META } }
const encoded = `=?base64?${Buffer.from('naïve').toString('base64')}?=`
const agreeing = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': encoded }
const claiming = (meta: object) => ({ ...legacy, params: { ...legacy.params, _meta: meta } })
const versioned = (version: string) => ({ ...agreeing, 'mcp-protocol-version': version })
const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
const response = { jsonrpc: '2.0', id: 1, result: {} }
const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }
const withArguments = (given: object) => ({ ...modern, params: { ...modern.params, arguments: given } })

const MISMATCH = ['ambiguous_request', -32020]
const INVALID_META = ['malformed_request', -32602]
const UNSUPPORTED = ['unsupported_protocol', undefined]
const MALFORMED = ['malformed_request', undefined]

function outcome(headers: Record<string, string>, body: unknown) {
  try {
    return parse(headers, Buffer.from(JSON.stringify(body))).era
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [error.reason, error.more.code]
  }
}

type Case = [what: string, headers: Record<string, string>, body: unknown, expected: unknown]

describe('the era of a body', () => {
  it.each<Case>([
    ['a legacy call', {}, legacy, 'legacy'],
    ['a legacy call that names its revision', { 'mcp-protocol-version': '2025-11-25' }, legacy, 'legacy'],
    ['a legacy client that sends Mcp-Method too', { 'mcp-method': 'tools/call' }, legacy, 'legacy'],
    ['other _meta of the specification', {}, claiming({ 'io.modelcontextprotocol/clientInfo': {} }), 'legacy'],
    ['a legacy answer to the server', {}, response, 'legacy'],
    ['a legacy batch', {}, [legacy], 'legacy'],
    ['a modern call', agreeing, modern, 'modern'],
    ['a modern notification', { 'mcp-protocol-version': '2026-07-28' }, notification, 'modern'],
    ['a modern notification that claims it', {}, { ...notification, params: { _meta: META } }, 'modern'],
    ['a modern batch', agreeing, [modern], MALFORMED],
    ['a batch with one modern element', {}, [legacy, { ...modern, id: 2 }], MALFORMED],
    ['a legacy batch under a modern header', versioned('2026-07-28'), [legacy], MALFORMED],
    ['a modern answer to the server', { 'mcp-protocol-version': '2026-07-28' }, response, MALFORMED],
    ['initialize under a modern header', { 'mcp-protocol-version': '2026-07-28' }, initialize, MISMATCH],
    ['a modern header without a claim', agreeing, legacy, INVALID_META],
    ['a claim that is no text', agreeing, claiming({ ...META, [VERSION]: 20260728 }), INVALID_META],
    ['a claim of null', agreeing, claiming({ ...META, [VERSION]: null }), INVALID_META],
    ['a claim without capabilities', agreeing, claiming({ [VERSION]: '2026-07-28' }), INVALID_META],
    [
      'a claim of a legacy revision',
      versioned('2025-11-25'),
      claiming({ ...META, [VERSION]: '2025-11-25' }),
      UNSUPPORTED,
    ],
    ['a claim nobody knows', versioned('2031-01-01'), claiming({ ...META, [VERSION]: '2031-01-01' }), UNSUPPORTED],
    ['a header nobody knows', { 'mcp-protocol-version': '2031-01-01' }, legacy, UNSUPPORTED],
    ['a header nobody knows over a batch', { 'mcp-protocol-version': '2031-01-01' }, [legacy], UNSUPPORTED],
  ])('%s', (_what, headers, body, expected) => {
    expect(outcome(headers, body)).toEqual(expected)
  })

  it('of an unknown version the refusal says which ones there are', () => {
    const supported = (headers: Record<string, string>, body: unknown) => {
      try {
        return parse(headers, Buffer.from(JSON.stringify(body)))
      } catch (error) {
        return (error as Refusal).more.data
      }
    }
    expect(supported(versioned('v999'), claiming({ ...META, [VERSION]: 'v999' }))).toEqual({
      supported: ['2026-07-28'],
      requested: 'v999',
    })
    expect(supported({ 'mcp-protocol-version': 'v999' }, legacy)).toMatchObject({
      supported: expect.arrayContaining(['2024-11-05', '2025-11-25', '2026-07-28']),
    })
  })
})

describe('headers that repeat the body', () => {
  it.each<Case>([
    ['none on a modern call', {}, modern, MISMATCH],
    ['another version', versioned('2025-06-18'), modern, MISMATCH],
    ['a version nobody knows over a modern body', versioned('v999'), modern, MISMATCH],
    ['another method', { ...agreeing, 'mcp-method': 'tools/list' }, modern, MISMATCH],
    ['the method in capitals', { ...agreeing, 'mcp-method': 'TOOLS/CALL' }, modern, MISMATCH],
    ['another name', { ...agreeing, 'mcp-name': 'other' }, modern, MISMATCH],
    ['no name', { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }, modern, MISMATCH],
    ['a name that decodes to nothing', { ...agreeing, 'mcp-name': '=?base64?/w==?=' }, modern, MISMATCH],
    ['a name in Latin-1', { ...agreeing, 'mcp-name': 'na\u00efve' }, modern, MISMATCH],
    ['another name on a legacy call', { 'mcp-name': 'other' }, legacy, MISMATCH],
    ['a method over a batch', { 'mcp-method': 'tools/call' }, [legacy], MALFORMED],
    ['an argument', { ...agreeing, 'mcp-param-region': 'eu' }, withArguments({ region: 'eu' }), 'modern'],
    ['an argument further in', { ...agreeing, 'mcp-param-a': 'eu' }, withArguments({ at: { region: 'eu' } }), 'modern'],
    ['a number', { ...agreeing, 'mcp-param-n': '42.0' }, withArguments({ n: 42 }), 'modern'],
    ['a truth', { ...agreeing, 'mcp-param-b': 'true' }, withArguments({ b: true }), 'modern'],
    ['an encoded argument', { ...agreeing, 'mcp-param-a': encoded }, withArguments({ a: 'naïve' }), 'modern'],
    [
      'an argument that is another',
      { ...agreeing, 'mcp-param-region': 'us' },
      withArguments({ region: 'eu' }),
      MISMATCH,
    ],
    [
      'an argument that is null',
      { ...agreeing, 'mcp-param-region': 'null' },
      withArguments({ region: null }),
      MISMATCH,
    ],
    ['an argument in a list', { ...agreeing, 'mcp-param-region': 'eu' }, withArguments({ regions: ['eu'] }), MISMATCH],
    ['an argument of no call', { 'mcp-param-region': 'eu' }, initialize, MISMATCH],
    ['nothing for a number', { ...agreeing, 'mcp-param-n': '' }, withArguments({ n: 0 }), MISMATCH],
    ['bad Base64', { ...agreeing, 'mcp-param-a': '=?base64?YQ?=' }, withArguments({ a: 'a' }), MISMATCH],
  ])('%s', (_what, headers, body, expected) => {
    expect(outcome(headers, body)).toEqual(expected)
  })

  it('are decoded in one way only', () => {
    expect(decodeHeader(encoded)).toBe('naïve')
    expect(decodeHeader('plain')).toBe('plain')
    expect(decodeHeader('=?base64??=')).toBe('')
    for (const unclear of ['=?base64?!!?=', '=?base64?YQ?=', '=?base64?YR==?=', '=?base64?_w==?=', 'é']) {
      expect([unclear, decodeHeader(unclear)]).toEqual([unclear, null])
    }
  })

  it('are encoded so that they decode to the same', () => {
    expect(encodeHeader('plain text')).toBe('plain text')
    for (const text of ['naïve', ' led', 'a\r\nb', '', '=?base64?YQ==?=']) {
      expect(decodeHeader(encodeHeader(text))).toBe(text)
      expect(encodeHeader(text)).toMatch(/^[\x20-\x7e]*$/)
    }
  })
})
