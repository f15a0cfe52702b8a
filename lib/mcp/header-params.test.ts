import { describe, expect, it } from 'vitest'
import { argumentAt, headerParamsOf, pathsTo } from './header-params'

const schema = (properties: object) => ({ type: 'object', properties })
const named = (name: unknown, type: unknown = 'string') => ({ type, 'x-mcp-header': name })

describe('arguments that are repeated in headers', () => {
  it.each<[string, unknown, unknown]>([
    ['by name', schema({ region: named('Region') }), [{ header: 'mcp-param-region', path: ['region'] }]],
    [
      'inside of objects',
      schema({ at: { type: 'object', properties: { zone: named('Zone', 'integer') } } }),
      [{ header: 'mcp-param-zone', path: ['at', 'zone'] }],
    ],
    ['a truth', schema({ dry: named('Dry', 'boolean') }), [{ header: 'mcp-param-dry', path: ['dry'] }]],
    ['none', schema({ region: { type: 'string' } }), []],
    ['no schema', null, []],
    ['an empty name', schema({ a: named('') }), []],
    ['a name that no header can have', schema({ a: named('My Region'), b: named('a:b'), c: named('é') }), []],
    ['what is no text', schema({ a: named(7) }), []],
    ['of a type that has more than one spelling', schema({ a: named('A', 'number'), b: named('B', 'object') }), []],
    [
      'two under one name',
      schema({ a: named('Same'), b: named('same'), c: named('C') }),
      [{ header: 'mcp-param-c', path: ['c'] }],
    ],
    ['in a list', schema({ a: { type: 'array', items: schema({ b: named('B') }) } }), []],
  ])('%s', (_what, inputSchema, expected) => {
    expect(headerParamsOf(inputSchema)).toEqual(expected)
  })

  it('are found where they are, and nowhere in what every object has', () => {
    expect(argumentAt({ at: { zone: 7 } }, ['at', 'zone'])).toBe(7)
    expect(argumentAt({ at: [7] }, ['at', '0'])).toBeUndefined()
    expect(argumentAt({}, ['constructor', 'name'])).toBeUndefined()
    expect(pathsTo({ a: 'eu', b: { c: 'eu', d: ['eu'] }, e: 'us' }, 'eu')).toEqual([['a'], ['b', 'c']])
  })
})
