import { describe, expect, it } from 'vitest'
import { EchoFilter, secretsOfHeader } from './echo'

const TOKEN = 'a/b+c=d"e\\f-0123456789'
const filter = new EchoFilter([...secretsOfHeader(`Bearer ${TOKEN}`)], ['eyJhbGciOiJFUzI1NiJ9'])

describe('what a server echoes of its credential', () => {
  const nested = (text: string, depth: number): string =>
    depth === 0 ? text : nested(JSON.stringify({ said: text }), depth - 1)

  it.each([
    ['plain', `you sent ${TOKEN}`],
    ['with its scheme', `Authorization: Bearer ${TOKEN}`],
    ['in JSON', nested(TOKEN, 1)],
    ['in JSON in JSON', nested(TOKEN, 2)],
    ['in JSON in JSON in JSON', nested(TOKEN, 3)],
    ['with solidus escaped', nested(TOKEN, 1).replaceAll('/', '\\/')],
    ['as cautious encoders spell it', nested(TOKEN, 1).replace('=', '\\u003d').replace('+', '\\u002B')],
    ['percent-encoded', `?token=${encodeURIComponent(TOKEN)}`],
    ['in base64', `{"seen":"${Buffer.from(TOKEN).toString('base64')}"}`],
    ['in base64url', Buffer.from(TOKEN).toString('base64url')],
  ])('is taken out: %s', (_how, text) => {
    const cleaned = filter.clean(text)
    expect(cleaned).toContain('[CREDENTIAL]')
    expect(cleaned).not.toContain('0123456789')
    expect(cleaned).not.toContain(Buffer.from(TOKEN).toString('base64').slice(0, 12))
    if (text.startsWith('{')) expect(() => JSON.parse(cleaned)).not.toThrow()
  })

  it('leaves everything else as it is, by identity', () => {
    for (const text of ['', 'Bearer 0123456789', nested('other', 3), 'a/b+c=d']) expect(filter.clean(text)).toBe(text)
  })

  it('does not replace what is in every other text', () => {
    expect(new EchoFilter(['true', 'abc', '12345']).clean('true abc 12345')).toBe('true abc 12345')
    expect(new EchoFilter([]).clean(TOKEN)).toBe(TOKEN)
  })

  it('is quick about text that is made to be slow', () => {
    const bombs = [
      `${'\\'.repeat(200_000)}0123456789`,
      `${'a/b+c'.repeat(50_000)}0123456789`,
      '0123456789'.repeat(20_000),
      'eyJhbGciOiJFUzI1NiJ9.'.repeat(20_000),
      `eyJhbGciOiJFUzI1NiJ9.${'eyJhbGciOiJFUzI1NiJ9'.repeat(20_000)}`,
    ]
    for (const bomb of bombs) {
      const started = performance.now()
      filter.clean(bomb)
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
})
