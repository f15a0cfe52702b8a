import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical'
import { eraOf, isCallMethod, targetParamOf } from './revisions'
import { type ToolDefinition, toolDigest, toolRisk } from './tools'

describe('canonical JSON', () => {
  test.each([
    ['{"b":1,"a":[ true , null,{"d":{},"c":""}]}', '{"a":[true,null,{"c":"","d":{}}],"b":1}'],
    ['{"n":9007199254740993,"f":1.0,"e":1E400}', '{"e":1E400,"f":1.0,"n":9007199254740993}'],
    ['{"\\u0061":"\\/\\u00e9"}', '{"a":"/é"}'],
    [' [ ] ', '[]'],
    ['"x"', '"x"'],
    ['{"__proto__":1,"a":{"__proto__":2}}', '{"__proto__":1,"a":{"__proto__":2}}'],
    ['{"a":1,"a":2}', '{"a":1,"a":2}'],
    ['[[1,2],["a","b"],[{"k":"v"},"w"]]', '[[1,2],["a","b"],[{"k":"v"},"w"]]'],
  ])('of %s', (source, expected) => {
    expect(canonicalJson(source)).toBe(expected)
  })

  test('means the same value, and applying it again changes nothing', () => {
    fc.assert(
      fc.property(fc.json(), (source) => {
        const canonical = canonicalJson(source)
        expect(JSON.parse(canonical)).toEqual(JSON.parse(source))
        expect(canonicalJson(canonical)).toBe(canonical)
      }),
    )
  })

  test('numbers that a double would confuse stay apart', () => {
    expect(canonicalJson('{"a":9007199254740993}')).not.toBe(canonicalJson('{"a":9007199254740992}'))
  })

  test.each(['', '{', '{"a":}', '1 2', '['.repeat(100_000), `${'['.repeat(1000)}${']'.repeat(1000)}`])(
    'is refused for what is not JSON or too deep (%#)',
    (source) => {
      expect(() => canonicalJson(source)).toThrow(/JSON|deeply/)
    },
  )
})

describe('a tool', () => {
  const search: ToolDefinition = { name: 'search', description: 'd', inputSchema: { type: 'object', required: ['q'] } }

  test.each([
    [undefined, 'destructive'],
    [{}, 'destructive'],
    [{ readOnlyHint: true }, 'read'],
    [{ readOnlyHint: false }, 'destructive'],
    [{ destructiveHint: false }, 'write'],
    [{ readOnlyHint: false, destructiveHint: true }, 'destructive'],
    [{ readOnlyHint: 'true' }, 'destructive'],
  ])('with annotations %j is %s', (annotations, risk) => {
    expect(toolRisk({ ...search, annotations } as ToolDefinition)).toBe(risk)
  })

  test('has one digest whatever the order of its keys', () => {
    const turned = { inputSchema: { required: ['q'], type: 'object' }, description: 'd', name: 'search' }
    expect(toolDigest(turned)).toBe(toolDigest(search))
    expect(toolDigest(search)).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    { description: 'd ' },
    { inputSchema: { type: 'object' } },
    { annotations: { readOnlyHint: true } },
    { _meta: { x: 1 } },
    { novelty: 1 },
  ])('has another digest once anything changed: %j', (change) => {
    expect(toolDigest({ ...search, ...change })).not.toBe(toolDigest(search))
  })
})

test('revisions have an era, methods a target, and three of them are Calls', () => {
  expect(eraOf('2026-07-28')).toBe('modern')
  expect(eraOf('2025-03-26')).toBe('legacy')
  expect(eraOf('2030-01-01')).toBeNull()
  expect(targetParamOf('resources/read')).toBe('uri')
  expect(targetParamOf('constructor')).toBeNull()
  expect(['tools/call', 'resources/read', 'prompts/get', 'tools/list'].map(isCallMethod)).toEqual([
    true,
    true,
    true,
    false,
  ])
})
