import { describe, expect, it } from 'vitest'
import { compileFields } from '@/lib/masking/fields'
import { EVERY_TYPE } from '@/lib/masking/mask'
import type { MaskPlan } from '@/lib/masking/plan'
import { SseSplitter } from '@/lib/mcp/sse'
import { copiesOf } from './copies'

const KEY = Buffer.alloc(32, 7)
const compiled = compileFields(['$.account.holder', 'salary'])
const fields = compiled.ok ? compiled.fields : null
const EVERYTHING: MaskPlan = { types: new Set(EVERY_TYPE), fields, recordedWithout: fields }

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvCANARY\nhkiGCANARY\n-----END PRIVATE KEY-----\n'
const INNER = JSON.stringify({
  account: { holder: 'Zofia Canary' },
  salary: 4711,
  mail: 'zofia.canary@acme.test',
  é: 1,
})
const message = (result: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 1, result })

describe('an event that is cut anywhere', () => {
  it.each([
    ['a private key of many lines', message({ content: [{ type: 'text', text: PEM }] })],
    ['JSON inside text', message({ content: [{ type: 'text', text: INNER }] })],
    [
      'JSON inside text, its letters spelled out',
      message({ content: [{ type: 'text', text: INNER }] }).replace('zofia.canary@', 'zofia.canary\\\\u0040'),
    ],
    ['data of several lines', message({ text: INNER, key: PEM }).replace('"result"', '\ndata: "result"')],
    ['Base64', message({ contents: [{ blob: Buffer.from(INNER).toString('base64') }] })],
  ])('is masked whole: %s', (_what, data) => {
    const bytes = Buffer.from(`event: message\ndata: ${data}\n\n`)
    const expected = maskedIn([bytes])
    expect(expected).toMatch(/\[(?:PRIVATE_KEY|FIELD)_|"blob":"/)
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(maskedIn([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(expected)
    }
    expect(maskedIn(Array.from(bytes, (byte) => Buffer.from([byte])))).toBe(expected)
    for (const canary of ['CANARY', 'Canary', 'canary', '4711']) {
      expect(expected).not.toContain(canary)
      expect(decoded(expected)).not.toContain(canary)
    }
  })
})

function maskedIn(chunks: Buffer[]): string {
  const splitter = new SseSplitter()
  const events = chunks.flatMap((chunk) => splitter.push(chunk))
  const { data } = events.find((event) => event.data !== null)!
  const { passed, recorded } = copiesOf(data!, KEY, EVERYTHING)
  expect(passed).toBe(recorded)
  return passed
}

const decoded = (text: string): string => Buffer.from(/"blob":"([^"]+)"/.exec(text)?.[1] ?? '', 'base64').toString()
