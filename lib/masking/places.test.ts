import { expect, test } from 'vitest'
import { findSensitive } from './find'
import { EVERY_TYPE } from './mask'
import { placesOf } from './places'

test('where values stand is told by lines, each once, and never what they are', () => {
  const encoded = Buffer.from('the second is bob@acme.test, hidden').toString('base64')
  const source = `{\n "a": "jane@acme.test, joe@acme.test",\n "n": 1,\n\n "blob": "${encoded}",\n "ip": "203.0.113.45"\n}`
  expect(placesOf(source, findSensitive(source, EVERY_TYPE))).toEqual([
    { type: 'EMAIL', count: 3, lines: [2, 5] },
    { type: 'IP_ADDRESS', count: 1, lines: [6] },
  ])
})

test('a thousand values name the first lines only', () => {
  const source = 'jane@acme.test\n'.repeat(1_000)
  const [place] = placesOf(source, findSensitive(source, EVERY_TYPE))
  expect(place).toMatchObject({ count: 1_000 })
  expect(place!.lines).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
})
