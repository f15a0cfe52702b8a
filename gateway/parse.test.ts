import { describe, expect, it } from 'vitest'
import { Refusal } from './call'
import { decodeHeader, parse } from './parse'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'naïve', arguments: {} } }
const modern = { ...legacy, params: { ...legacy.params, _meta: META } }
const encoded = `=?base64?${Buffer.from('naïve').toString('base64')}?=`
const agreeing = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': encoded }

function outcome(headers: Record<string, string>, body: unknown) {
  try {
    return parse(headers, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))).era
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [error.reason, error.more.code]
  }
}

describe('headers and body', () => {
  it.each<[string, Record<string, string>, unknown, unknown]>([
    ['a legacy call', {}, legacy, 'legacy'],
    ['a legacy call that names its revision', { 'mcp-protocol-version': '2025-11-25' }, legacy, 'legacy'],
    ['a legacy client that sends Mcp-Method too', { 'mcp-method': 'tools/call' }, legacy, 'legacy'],
    ['a modern call', agreeing, modern, 'modern'],
    ['a modern call without its headers', {}, modern, ['ambiguous_request', -32020]],
    ['another version', { ...agreeing, 'mcp-protocol-version': '2025-06-18' }, modern, ['ambiguous_request', -32020]],
    ['another method', { ...agreeing, 'mcp-method': 'tools/list' }, modern, ['ambiguous_request', -32020]],
    ['another name', { ...agreeing, 'mcp-name': 'other' }, modern, ['ambiguous_request', -32020]],
    [
      'a name that decodes to nothing',
      { ...agreeing, 'mcp-name': '=?base64?/w==?=' },
      modern,
      ['ambiguous_request', -32020],
    ],
    ['a name without a modern body that is another', { 'mcp-name': 'other' }, legacy, ['ambiguous_request', -32020]],
    ['a version nobody knows', { 'mcp-protocol-version': '2031-01-01' }, legacy, ['unsupported_protocol', undefined]],
    ['a modern batch', agreeing, [modern], ['malformed_request', undefined]],
    ['a legacy batch', {}, [legacy], 'legacy'],
    ['no UTF-8', {}, '\u{d800}', ['malformed_request', undefined]],
    ['an Accept for neither', { accept: 'image/png' }, legacy, ['not_acceptable', undefined]],
  ])('%s', (_what, headers, body, expected) => {
    expect(outcome(headers, body)).toEqual(expected)
  })

  it('decodes what a header cannot carry', () => {
    expect(decodeHeader(encoded)).toBe('naïve')
    expect(decodeHeader('plain')).toBe('plain')
    expect(decodeHeader('=?base64?!!?=')).toBe('=?base64?!!?=')
  })
})
