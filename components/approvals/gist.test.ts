import { describe, expect, it } from 'vitest'
import { gistOf } from './gist'

describe('the gist of arguments', () => {
  it.each([
    ['{"orderId":"A-20871","amount":4180.00}', 'orderId A-20871, amount 4180.00'],
    ['{"a":[1,2],"b":{"c":1},"d":true,"e":4}', 'a [2], b {…}, d true'],
    ['{"sql":"DELETE\\n  FROM t"}', 'sql DELETE FROM t'],
    ['{}', ''],
    ['[1]', ''],
    ['nonsense', ''],
  ])('%s is %j', (text, gist) => expect(gistOf(text)).toBe(gist))

  it('is one short line, however long they are', () => {
    expect(gistOf(JSON.stringify({ text: 'word '.repeat(200) })).length).toBeLessThanOrEqual(90)
  })
})
