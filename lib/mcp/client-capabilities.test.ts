import { describe, expect, it } from 'vitest'
import { withoutCapabilities } from './client-capabilities'
import { type McpRequest, readClientBody } from './message'

function without(text: string, ...refused: ('sampling' | 'elicitation' | 'roots')[]) {
  const read = readClientBody(text)
  if (!read.ok) throw new Error(read.detail)
  return withoutCapabilities(text, read.messages[0] as McpRequest, refused)
}

const initialize = (capabilities: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":${capabilities}}}`
const modern = (capabilities: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"io.modelcontextprotocol/clientCapabilities":${capabilities}}}}`

describe('what a client says it can be asked', () => {
  it.each([
    ['the first', '{"sampling":{},"roots":{"listChanged":true}}', ['sampling'], '{"roots":{"listChanged":true}}'],
    ['the last', '{ "roots" : {} , "sampling" : { "tools": {} } }', ['sampling'], '{"roots" : {}}'],
    ['the one between', '{"a":1.0,"elicitation":{},"b":[2]}', ['elicitation'], '{"a":1.0,"b":[2]}'],
    ['all', '{"sampling":{},"elicitation":{},"roots":{}}', ['sampling', 'elicitation', 'roots'], '{}'],
    ['one in escapes', '{"s\\u0061mpling":{}}', ['sampling'], '{}'],
  ] as const)('loses %s, and keeps the rest as it was', (_what, given, refused, expected) => {
    expect(without(initialize(given), ...refused).text).toBe(initialize(expected))
    expect(without(modern(given), ...refused).text).toBe(modern(expected))
  })

  it('says what it lost', () => {
    expect(without(initialize('{"sampling":{},"roots":{}}'), 'roots', 'elicitation').withheld).toEqual(['roots'])
  })

  it('is not touched where nothing is refused, or nothing said', () => {
    for (const text of [
      initialize('{"sampling":{}}'),
      initialize('[]'),
      modern('{}'),
      '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"capabilities":{"roots":{}}}}}',
    ]) {
      expect(without(text, 'roots')).toEqual({ text, withheld: [] })
    }
  })
})
