import { describe, expect, test } from 'vitest'
import { filterListResult, filterToolsList, makeListPrivate } from './lists'

const list = (tools: string, rest = '') => `{"jsonrpc":"2.0", "id": 1.0,"result":{"tools":${tools}${rest}}}`
const tool = (name: string) => `{"name":"${name}","inputSchema":{"maximum":9007199254740993}}`
const only =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name)

describe('a filtered tools/list', () => {
  test('with nothing to refuse is the very same string', () => {
    const source = list(`[ ${tool('a')} , ${tool('b')} ]`, ',"cacheScope":"public","ttlMs":60000')
    expect(filterToolsList(source, () => true)).toEqual({ text: source, kept: ['a', 'b'], removed: [], unnamed: 0 })
  })

  test.each([
    ['the first', ['b', 'c'], `[ ${tool('b')} ,\n ${tool('c')} ]`],
    ['one between', ['a', 'c'], `[ ${tool('a')} ,\n ${tool('c')} ]`],
    ['the last', ['a', 'b'], `[ ${tool('a')} , ${tool('b')} ]`],
    ['all but the last', ['c'], `[ ${tool('c')} ]`],
    ['all but the first', ['a'], `[ ${tool('a')} ]`],
    ['all', [], '[  ]'],
  ])('loses %s and keeps every other byte', (_, kept, expected) => {
    const source = list(`[ ${tool('a')} , ${tool('b')} ,\n ${tool('c')} ]`, ',"nextCursor":"x"')
    const filtered = filterToolsList(source, only(...kept))
    expect(filtered.text).toBe(list(expected, ',"nextCursor":"x"'))
    expect(filtered.kept).toEqual(kept)
    expect(filtered.removed).toEqual(['a', 'b', 'c'].filter((name) => !kept.includes(name)))
  })

  test('every subset stays JSON and holds just the tools allowed', () => {
    const names = ['a', 'b', 'c', 'd']
    for (let bits = 0; bits < 16; bits++) {
      const kept = names.filter((_, i) => bits & (1 << i))
      const { text } = filterToolsList(list(`[${names.map(tool).join(', ')}]`), only(...kept))
      const parsed = JSON.parse(text) as { result: { tools: { name: string }[] } }
      expect(parsed.result.tools.map((entry) => entry.name)).toEqual(kept)
    }
  })

  test('an entry that no single string names is taken out, whatever is allowed', () => {
    const source = list(`[{"title":"x"},{"name":1},"a",null,{"name":"a","n\\u0061me":"drop"},${tool('a')}]`)
    expect(filterToolsList(source, () => true)).toMatchObject({ text: list(`[${tool('a')}]`), unnamed: 5, kept: ['a'] })
  })

  test('a name is compared as the client will read it', () => {
    expect(filterToolsList(list('[{"name":"dr\\u006fp"}]'), only('get')).removed).toEqual(['drop'])
  })

  test('a second list of tools is filtered too', () => {
    const { text } = filterToolsList(list(`[${tool('a')}]`, `,"tools":[${tool('drop')}]`), only('a'))
    expect(text).not.toContain('drop')
  })

  test('becomes this caller’s own: not shared, not kept for long', () => {
    const source = list(`[${tool('a')},${tool('b')}]`, ',"ttlMs": 3600000 , "cacheScope" : "public"')
    expect(filterToolsList(source, only('a')).text).toBe(
      list(`[${tool('a')}]`, ',"ttlMs": 5000 , "cacheScope" : "private"'),
    )
    expect(filterToolsList(list(`[${tool('b')}]`, ',"ttlMs":100'), only()).text).toBe(list('[]', ',"ttlMs":100'))
  })

  test('an error or another result is left alone', () => {
    for (const source of ['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"tools"}}', list('null'), list('{}')]) {
      expect(filterToolsList(source, () => false).text).toBe(source)
    }
  })

  test('other lists are filtered by what names their entries', () => {
    const source = '{"jsonrpc":"2.0","id":1,"result":{"resources":[{"uri":"a:1"},{"uri":"b:2"}]}}'
    expect(filterListResult(source, { list: 'resources', key: 'uri' }, only('a:1')).removed).toEqual(['b:2'])
  })
})

test('a page from which nothing was cut can be made private like its neighbours', () => {
  const source = list('[]', ',"cacheScope":"public","ttlMs":99999')
  expect(makeListPrivate(source)).toBe(list('[]', ',"cacheScope":"private","ttlMs":5000'))
  expect(makeListPrivate(list('[]'))).toBe(list('[]'))
})
