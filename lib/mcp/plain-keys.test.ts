import { describe, expect, it } from 'vitest'
import { hasPlainKeys } from './plain-keys'

describe('hasPlainKeys', () => {
  it.each([
    ['another case', '{"path":"/tmp","Path":"/etc"}'],
    ['another case, deep', '{"a":[{"b":{"id":1,"ID":2}}]}'],
    ['another form', '{"path":1,"\\uff50ath":2}'],
    ['another script', '{"path":1,"p\\u0430th":2}'],
    ['an invisible letter', '{"path":1,"pa\\u200bth":2}'],
    ['a prototype', '{"__proto__":{"path":"/etc"}}'],
  ])('finds what another parser could take for one key: %s', (_, json) => {
    expect(hasPlainKeys(JSON.parse(json))).toBe(false)
  })

  it.each(['{"path":1,"paths":2}', '[{"a":1},{"A":1}]', '{"a":{"A":1}}', '"path"', 'null', '{}'])(
    'lets %s be',
    (json) => {
      expect(hasPlainKeys(JSON.parse(json))).toBe(true)
    },
  )
})
