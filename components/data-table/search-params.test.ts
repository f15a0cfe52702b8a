import { describe, expect, test } from 'vitest'
import { changeSearchParams, defineTableParams } from './search-params'

const params = defineTableParams({ facets: ['kind', 'risk'], sorts: ['name', 'lastUsed'], defaultSort: '-lastUsed' })

describe("a table's URL", () => {
  test('says what is searched, narrowed, sorted and which page', () => {
    expect(params.parse({ q: ' crm ', kind: ['agent', 'service', 'agent'], sort: 'name', after: 'c1' })).toEqual({
      q: 'crm',
      sort: { by: 'name', descending: false },
      filters: { kind: ['agent', 'service'] },
      after: 'c1',
      before: null,
    })
  })

  test('typed by hand cannot ask for what the table does not offer', () => {
    const query = params.parse({ sort: 'passwordHash', owner: 'x', risk: '', after: '', q: 'x'.repeat(5000) })
    expect(query.sort).toEqual({ by: 'lastUsed', descending: true })
    expect(query.filters).toEqual({})
    expect(query.after).toBeNull()
    expect(query.q).toHaveLength(200)
  })

  test('goes back to the first page whenever what is listed changes, and keeps what is not its own', () => {
    const at = '?tab=keys&kind=agent&after=c9'
    expect(changeSearchParams(at, { q: 'a b' })).toBe('?tab=keys&kind=agent&q=a+b')
    expect(changeSearchParams(at, { sort: '-name' })).toBe('?tab=keys&kind=agent&sort=-name')
    expect(changeSearchParams(at, { facet: 'kind', values: ['human', 'service'] })).toBe(
      '?tab=keys&kind=human&kind=service',
    )
    expect(changeSearchParams(at, { clear: ['kind'] })).toBe('?tab=keys')
    expect(changeSearchParams(at, { before: 'c3' })).toBe('?tab=keys&kind=agent&before=c3')
  })
})
