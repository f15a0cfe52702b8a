import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVERY_TYPE, findSensitive, maskSpans, maskText } from './mask'

const key = Buffer.alloc(32, 7)
const mask = (text: string) => maskText(text, key).text
const inJson = (spelled: string) => `{"note":"${spelled}"}`

const CANARIES = [
  'canary.one@acme.test',
  '(415) 555-0132',
  '536-90-4399',
  '4111111111111111',
  'GB29NWBK60161331926819',
  '203.0.113.45',
  '52:54:00:ab:cd:ef',
  'ghp_0123456789abcdefghijklmnopqrstuvwxAB',
  'AB123456C',
]
const PLACEHOLDER = /\[[A-Z_]+_[a-z2-7]{8}\]/g

describe('masking', () => {
  test('with nothing to hide returns the very same string', () => {
    const source = '{"a":9007199254740993, "a":1.0,"t":"2026-07-28T10:00:00.123Z"}'
    expect(maskText(source, key)).toEqual({ text: source, redactions: {} })
    expect(mask('')).toBe('')
  })

  test('leaves every character beside the value as it was sent', () => {
    const source = '{ "n":9007199254740993,"n":1e400,\t"s":"\\u00e9 jane@acme.test \\/","x":[1.0,-0] }\n'
    const { text, redactions } = maskText(source, key)
    const placeholder = PLACEHOLDER.exec(text)![0]
    PLACEHOLDER.lastIndex = 0
    expect(text).toBe(source.replace('jane@acme.test', placeholder))
    expect(redactions).toEqual({ EMAIL: 1 })
  })

  test('gives equal values equal placeholders under one key, and others under another', () => {
    const [first, second, third] = mask('jane@acme.test JANE@acme.test bob@acme.test').split(' ')
    expect(first).toMatch(/^\[EMAIL_[a-z2-7]{8}\]$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    expect(maskText('jane@acme.test', Buffer.alloc(32, 8)).text).not.toBe(first)
  })

  test('gives one value of two types two placeholders', () => {
    expect(mask('{"ssn":"536904399","phone":"536904399"}')).toMatch(
      /^\{"ssn":"\[SSN_\w{8}\]","phone":"\[PHONE_\w{8}\]"\}$/,
    )
  })

  test('keeps the type: a number stays a number, a string a string', () => {
    const source =
      '{"card":4111111111111111,"cards":["4111111111111111",4.111111111111111e15],"phone":4155550132,"n":12}'
    const { text, redactions } = maskText(source, key)
    expect(text).toMatch(/^\{"card":0,"cards":\["\[CREDIT_CARD_\w{8}\]",0\],"phone":0,"n":12\}$/)
    expect(redactions).toEqual({ CREDIT_CARD: 3, PHONE: 1 })
  })

  test.each([
    'Take 4111 1111 1111 1111.Thanks',
    'Thanks.4111111111111111',
    'paid by 4111111111111111-12/28',
    'it is 536-90-4399.Thanks',
  ])('finds a number at which a sentence, or an expiry date, joins on without a space: %s', (text) => {
    expect(mask(text)).toMatch(/\[(?:CREDIT_CARD|SSN)_\w{8}\]/)
  })

  test.each(['0.4111111111111111', '4111111111111111.5', 'inv-4111111111111111', '4111111111111111-12'])(
    'lets %s be',
    (text) => {
      expect(mask(text)).toBe(text)
    },
  )

  test('covers the keys of objects', () => {
    expect(JSON.parse(mask('{"jane@acme.test":{"a":1}}'))).toEqual({ [mask('jane@acme.test')]: { a: 1 } })
  })

  test('serves a recorded copy and a delivered copy from one search', () => {
    const source = '{"mail":"jane@acme.test","card":"4111111111111111"}'
    const spans = findSensitive(source, EVERY_TYPE)
    expect(maskSpans(source, spans, key).redactions).toEqual({ EMAIL: 1, CREDIT_CARD: 1 })
    const delivered = maskSpans(source, spans, key, new Set(['EMAIL']))
    expect(delivered.text).toContain('4111111111111111')
    expect(delivered.redactions).toEqual({ EMAIL: 1 })
    expect(maskSpans(source, spans, key, new Set(['SSN'])).text).toBe(source)
  })

  test('reads JSON inside strings, four levels deep, and leaves it JSON', () => {
    let source = '{"mail":"jane\\u0040acme.test","card":4111111111111111}'
    for (let level = 0; level < 4; level++) source = JSON.stringify({ text: source })
    let masked: unknown = JSON.parse(mask(source))
    for (let level = 0; level < 4; level++) masked = JSON.parse((masked as { text: string }).text)
    expect(masked).toEqual({ mail: mask('jane@acme.test'), card: 0 })
  })

  test('takes what is not JSON for text, to the last character', () => {
    expect(mask('{"a":"x", jane@acme.test}')).toBe(`{"a":"x", ${mask('jane@acme.test')}}`)
    expect(mask('{"a":"x"} jane@acme.test')).toBe(`{"a":"x"} ${mask('jane@acme.test')}`)
    expect(mask('{"a":01} {"b":"jane\\u0040acme.test"')).not.toMatch(/acme/)
    expect(mask('4111111111111111')).toMatch(/^\[CREDIT_CARD_/)
  })
})

describe('a planted value never survives', () => {
  test.each(CANARIES)('%s, however each of its characters is escaped', (canary) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: canary.length, maxLength: canary.length }),
        fc.nat(2),
        (ways, depth) => {
          let source = inJson([...canary].map((letter, i) => spell(letter, ways[i]!)).join(''))
          for (let level = 0; level < depth; level++) source = inJson(JSON.stringify(source).slice(1, -1))
          let masked: unknown = JSON.parse(mask(source))
          for (let level = 0; level < depth; level++) masked = JSON.parse((masked as { note: string }).note)
          expect((masked as { note: string }).note).toBe(mask(canary))
        },
      ),
    )
  })

  test.each(CANARIES)('%s, with something invisible between any two of its characters', (canary) => {
    for (let at = 1; at < canary.length; at++) {
      const hidden = `${canary.slice(0, at)}\u200b${canary.slice(at)}`
      expect(mask(hidden)).toBe(mask(canary))
      expect(mask(inJson(hidden))).toBe(mask(inJson(canary)))
    }
  })

  test.each(CANARIES)('%s, in text that quotes JSON without being it', (canary) => {
    const escaped = [...canary].map((letter) => spell(letter, 1)).join('')
    expect(mask(`error at {"note":"${escaped}",`)).toMatch(/^error at \{"note":"\[[A-Z_]+_\w{8}\]",$/)
  })
})

function spell(letter: string, way: number): string {
  const hex = letter.charCodeAt(0).toString(16).padStart(4, '0')
  if (way === 1) return `\\u${hex}`
  if (way === 2) return `\\u${hex.toUpperCase()}`
  return letter
}

describe('for any JSON with anything in it', () => {
  const fragment = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...CANARIES,
        '+44 20 7946 0018',
        'phone',
        'ssn',
        '536904399',
        '123456789',
        '[EMAIL_k7f2q9ab]',
        '4155550132',
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ' ',
        '-',
        '.',
        ': ',
        '"',
        '\\',
        '(',
        ')',
        '+',
        '@',
        '\n',
        'x',
        '_',
        '/',
        '1',
        '0044',
        '\u200b',
        '４',
        '%40',
      ),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 5, unit: 'binary' }) },
  )
  const text = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''))
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(4111111111111111, 4155550132, 536904399),
      fc.boolean(),
      tie('list'),
      tie('object'),
      tie('quoted'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(fc.oneof(text, fc.constantFrom('phone', 'ssn', 'card')), tie('value'), { maxKeys: 4 }),
    quoted: tie('value').map((value) => JSON.stringify(value)),
  })).value

  test('the result is JSON of the same shape', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(shapeOf(JSON.parse(mask(JSON.stringify([value]))))).toEqual(shapeOf([value]))
      }),
      {
        numRuns: 500,
      },
    )
  })

  test('what lies outside the spans stays, in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          json.map((value) => JSON.stringify(value, null, 1)),
        ),
        (source) => {
          const spans = findSensitive(source, EVERY_TYPE)
          const { text: masked } = maskSpans(source, spans, key)
          let from = 0
          let at = 0
          for (const span of spans) {
            expect(span.start).toBeGreaterThanOrEqual(from)
            expect(span.end).toBeGreaterThan(span.start)
            const kept = source.slice(from, span.start)
            expect(masked.startsWith(kept, at)).toBe(true)
            const replaced = /^(?:\[[A-Z_]+_[a-z2-7]{8}\]|0)/.exec(masked.slice(at + kept.length))!
            at += kept.length + replaced[0].length
            from = span.end
          }
          expect(masked.slice(at)).toBe(source.slice(from))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('masking what is masked changes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          json.map((value) => JSON.stringify(value)),
        ),
        (source) => {
          const masked = mask(source)
          expect(mask(masked)).toBe(masked)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('planted addresses and cards are gone, whatever surrounds them', () => {
    const around = fc.constantFrom(' ', ', ', '"', '\n', '<', '>', ';', '\t', '|', '{', '}', 'é ')
    fc.assert(
      fc.property(fc.array(fc.tuple(around, fc.constantFrom(...CANARIES), around), { maxLength: 6 }), (parts) => {
        const masked = mask(JSON.stringify({ a: parts.map((part) => part.join('')).join('') }))
        for (const canary of CANARIES) expect(masked).not.toContain(canary)
      }),
    )
  })
})

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value !== null && typeof value === 'object') return Object.values(value).map(shapeOf)
  return value === null ? 'null' : typeof value
}

/** Of the processor, not by the clock: what else the machine does is not the search's fault. */
function cpuMillisOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

describe('a private key', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvAIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n'

  test('is masked in plain text, in JSON, in JSON inside text and in a config whose line breaks are spelled', () => {
    const sources = [
      `key:\n${pem}done`,
      JSON.stringify({ key: pem }),
      JSON.stringify({ text: JSON.stringify({ key: pem }) }),
      JSON.stringify({ text: JSON.stringify({ text: JSON.stringify([pem]) }) }),
      `PRIVATE_KEY="${pem.replaceAll('\n', '\\n')}"`,
    ]
    for (const source of sources) {
      const { text, redactions } = maskText(source, key)
      expect(redactions).toEqual({ PRIVATE_KEY: 1 })
      expect(text).not.toMatch(/MIIE|hkiG|BEGIN|END/)
    }
  })

  test('that is cut off anywhere shows nothing of what came before the cut', () => {
    const first = pem.indexOf('MIIE')
    for (let at = first + 4; at < pem.length; at++) {
      expect(maskText(JSON.stringify({ log: pem.slice(0, at) }), key).text).not.toContain('MIIE')
    }
  })
})

describe('hostile input takes linear time', () => {
  const SIZE = 100_000
  /** Quadratic work on as much would take half a minute; waiting for a turn of the processor may take a while too. */
  const LIMIT_MS = 800
  const WAIT_MS = 60_000
  const fill = (unit: string) => unit.repeat(Math.ceil(SIZE / unit.length))
  const hostile: [string, string][] = [
    'a', '@', 'a@', '@a.', 'a@b.', '"@', '1', '1-', '1-1-1-', '1 ', '+', '+1', '+1 ', '(', '0', '04 ', '415-555-', '123-45-',
    '4111 ', '41111111', 'GB29', 'GB29 NWBK ', 'a1', '\\', '\\u', '\\u0040', '\\"', '"', '{"a":', '[', '{', '%40', '&#6', '\u200b', '４',
    '-----BEGIN ', '-----BEGIN PRIVATE KEY-----!', 'eyJ', 'eyJhbGciOiJIUzI1NiJ9.', 'password=', 'token: ', 'token is ', 'tokenexpir', 'x://a:b@', '://', 'pwd=x;',
    'ab:', '::', '1.2.3.4 ', 'ab:cd:ef:', 'born 1990-01-01 ', 'passport 1234567 ', '12 Elm Street ', 'Dr. Anna ', 'Anna ', 'My name is ', 'sk-', 'AKIA',
    'aws secret ', 'AccountKey=', '123456789:AA', 'tax 12345678901 ', 'QUJD', 'address: 1 ', '%40', '\\n', 'phone 1234567 ', 'ssn 536904398 ', 'jane@acme.test ', '4111111111111111 ', '.', 'a.', 'tel', 'é', '字',
  ].map((unit) => [unit, fill(unit)]) // biome-ignore format: a list
  test.each(hostile)(
    '100 KB of %j',
    (_, text) => {
      for (const source of [text, JSON.stringify({ note: text })]) {
        expect(cpuMillisOf(() => findSensitive(source, EVERY_TYPE))).toBeLessThan(LIMIT_MS)
      }
    },
    WAIT_MS,
  )

  test('many values under one long key', () => {
    const source = `{"${'\\u0061 phone '.repeat(20_000)}":[${'"1234567",'.repeat(20_000)}1]}`
    expect(cpuMillisOf(() => findSensitive(source, EVERY_TYPE))).toBeLessThan(1_500)
  })

  test('a hundred thousand levels neither overflow nor linger', () => {
    const deep = `${'{"a":['.repeat(50_000)}"jane@acme.test"${']}'.repeat(50_000)}`
    expect(mask(deep)).toContain('[EMAIL_')
    expect(mask(deep)).not.toContain('acme')
  })

  test('a string in a string in a string, a hundred times, stays bounded', () => {
    let source = 'jane@acme.test'
    for (let level = 0; level < 14; level++) source = JSON.stringify([source])
    expect(cpuMillisOf(() => expect(mask(source)).not.toContain('jane@acme.test'))).toBeLessThan(1_000)
  })
})
