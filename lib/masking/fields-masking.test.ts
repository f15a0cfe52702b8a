import { describe, expect, test } from 'vitest'
import { compileFields } from './fields'
import { EVERY_TYPE, maskText } from './mask'

const key = Buffer.alloc(32, 7)
function masked(value: unknown, ...paths: string[]): string {
  const compiled = compileFields(paths)
  if (!compiled.ok) throw new Error(compiled.problem)
  return maskText(typeof value === 'string' ? value : JSON.stringify(value), key, EVERY_TYPE, compiled.fields).text
}
const FIELD = /^\[FIELD_[a-z2-7]{8}\]$/

describe('what stands in a field', () => {
  test('is masked by what it is, and null stays', () => {
    const before = { dob: 'x', n: { dob: 12.5 }, list: [{ dob: true }, { dob: null }, { dob: '' }] }
    const after = JSON.parse(masked(before, 'dob'))
    expect(after).toEqual({
      dob: expect.stringMatching(FIELD),
      n: { dob: 0 },
      list: [{ dob: false }, { dob: null }, { dob: '' }],
    })
  })

  test('is masked to the last leaf when it is an object or an array', () => {
    const after = JSON.parse(masked({ a: { b: ['x', { c: 1, d: [false, null] }] }, e: 'x' }, '$.a'))
    expect(after).toEqual({
      a: { b: [expect.stringMatching(FIELD), { c: 0, d: [false, null] }] },
      e: 'x',
    })
    expect(masked({ a: { b: 'jane@acme.test' } }, '$.a')).not.toContain('EMAIL')
  })

  test('has equal placeholders for equal values', () => {
    const after = JSON.parse(masked({ a: { id: 'k1' }, b: { id: 'k1' }, c: { id: 'k2' } }, 'id'))
    expect(after.a.id).toBe(after.b.id)
    expect(after.a.id).not.toBe(after.c.id)
  })

  test('is found from the payload, from the message and in structured content', () => {
    const message = { jsonrpc: '2.0', id: 1, result: { structuredContent: { customers: [{ phone: 'p', name: 'n' }] } } }
    for (const path of [
      '$.customers[*].phone',
      '$.structuredContent.customers[0].phone',
      '$.result.structuredContent.customers[*].phone',
      '$..phone',
      "$..['phone']",
    ]) {
      const { phone, name } = JSON.parse(masked(message, path)).result.structuredContent.customers[0]
      expect([phone, name], path).toEqual([expect.stringMatching(FIELD), 'n'])
    }
    const request = { method: 'tools/call', params: { name: 'x', arguments: { salary: 10 } } }
    expect(JSON.parse(masked(request, '$.salary')).params.arguments.salary).toBe(0)
    expect(masked(message, '$.customers[1].phone')).toBe(JSON.stringify(message))
  })

  test('is found in JSON inside text, whose root is a root, and stays JSON', () => {
    let inner: unknown = { customers: [{ phone: 'p' }] }
    for (let depth = 0; depth < 3; depth++) {
      inner = { result: { content: [{ type: 'text', text: JSON.stringify(inner) }] } }
      let after = JSON.parse(masked(inner, '$.customers[*].phone'))
      for (let level = 0; level <= depth; level++) after = JSON.parse(after.result.content[0].text)
      expect(after).toEqual({ customers: [{ phone: expect.stringMatching(FIELD) }] })
    }
  })

  test('is found in Base64 that is JSON', () => {
    const blob = Buffer.from('{"customer":{"phone":"p"},"kind":"export"}').toString('base64')
    const after = JSON.parse(masked({ contents: [{ blob }] }, '$.customer.phone')).contents[0].blob
    expect(JSON.parse(Buffer.from(after, 'base64').toString())).toEqual({
      customer: { phone: expect.stringMatching(FIELD) },
      kind: 'export',
    })
  })

  test('is found under a key however it is spelled, and under each of two equal keys', () => {
    expect(masked('{"d\\u006fb":"x"}', 'dob')).toMatch(/^\{"d\\u006fb":"\[FIELD_\w{8}\]"\}$/)
    expect(masked('{"dob":"x","dob":"y"}', 'dob')).toMatch(/^\{"dob":"\[FIELD_\w{8}\]","dob":"\[FIELD_\w{8}\]"\}$/)
  })

  test('leaves every other byte as it was', () => {
    expect(masked('{ "a" : 1.0 ,"dob":\t"x", "b":[1e400] }\n', 'dob').replace(/\[FIELD_\w+\]/, 'x')).toBe(
      '{ "a" : 1.0 ,"dob":\t"x", "b":[1e400] }\n',
    )
  })

  test('is masked once: masking again changes nothing', () => {
    const once = masked({ a: [{ dob: 'x', n: 4 }], t: '{"dob":"y"}' }, 'dob', '$..n')
    expect(masked(once, 'dob', '$..n')).toBe(once)
  })

  test('costs linear time, however many paths descend', () => {
    const paths = Array.from({ length: 20 }, (_, i) => `$${'..a'.repeat(i + 1)}..b${i}`)
    const deep = `${'{"a":['.repeat(20_000)}"x"${']}'.repeat(20_000)}`
    const before = process.cpuUsage()
    masked(deep, ...paths)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(3_000)
  }, 60_000)
})

describe('Base64', () => {
  const encoded = (text: string, encoding: 'base64' | 'base64url' = 'base64') => Buffer.from(text).toString(encoding)
  const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8')
  const mask = (text: string) => maskText(text, key)

  test('that is text is masked inside, and encoded again as it was', () => {
    const text = 'Write to jane@acme.test about café №7, please.'
    for (const encoding of ['base64', 'base64url'] as const) {
      const { text: after, redactions } = mask(JSON.stringify({ blob: encoded(text, encoding) }))
      const { blob } = JSON.parse(after)
      expect(decoded(blob)).toMatch(/^Write to \[EMAIL_\w{8}\] about café №7, please\.$/)
      expect(redactions).toEqual({ EMAIL: 1 })
      expect(blob.endsWith('=') || blob.length % 4 === 0).toBe(encoding === 'base64' || blob.length % 4 === 0)
      expect(mask(after).text).toBe(after)
    }
  })

  test('may be broken into lines, escaped, or stand in a data link', () => {
    const once = encoded('the address is jane@acme.test, and nothing else')
    const lines = once.replace(/(.{20})/g, '$1\n')
    expect(decoded(JSON.parse(mask(JSON.stringify([lines])).text)[0])).toMatch(/is \[EMAIL_\w{8}\], and/)
    const link = JSON.parse(mask(JSON.stringify([`data:text/plain;base64,${once}`])).text)[0]
    expect(decoded(link.slice(link.indexOf(',')))).toMatch(/is \[EMAIL_\w{8}\], and/)
  })

  test('is opened inside JSON inside Base64', () => {
    const twice = encoded(JSON.stringify({ blob: encoded('mail: jane@acme.test, twice wrapped') }))
    const after = JSON.parse(decoded(JSON.parse(mask(JSON.stringify([twice])).text)[0]))
    expect(decoded(after.blob)).toMatch(/^mail: \[EMAIL/)
  })

  test('of anything else stays, to the byte', () => {
    for (const blob of [
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Buffer.from('jane@acme.test and more')]).toString(
        'base64',
      ),
      encoded('nothing to find in here at all, really'),
      Buffer.alloc(64, 0xff).toString('base64'),
      'customer_address_identifier_of_many_letters',
    ]) {
      expect(mask(JSON.stringify({ blob })).text).toBe(JSON.stringify({ blob }))
    }
  })
})
