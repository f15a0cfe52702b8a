import { describe, expect, it } from 'vitest'
import { type StreamLimits, Streams } from './streams'

const LIMITS: StreamLimits = { streams: 4, perViewer: 2, gatherMs: 1, beatMs: 3_600_000, longestMs: 3_600_000 }

function hall(limits = LIMITS) {
  const sees = new Map<string, string | null>()
  let announce = () => {}
  let listening = 0
  const streams = new Streams<{ id: string }>(
    async ({ id }) => {
      const text = sees.get(id)
      if (text === undefined) throw new Error('the database is away')
      return text
    },
    (onNotice) => {
      announce = onNotice
      listening += 1
      return () => {
        listening -= 1
      }
    },
    limits,
  )
  const open = (id: string) => {
    const client = new AbortController()
    const stream = streams.start({ id }, client.signal)
    const reader = stream?.getReader()
    const next = async () => {
      const { done, value } = await reader!.read()
      return done ? 'closed' : new TextDecoder().decode(value).trim()
    }
    return { opened: stream !== null, next, leave: () => client.abort() }
  }
  return { sees, announce: () => announce(), streams, open, listening: () => listening }
}

describe('open streams', () => {
  it('tell each what this very person sees, at once and after every change', async () => {
    const { sees, open, announce } = hall()
    sees.set('ana', 'a1').set('ben', 'b1')
    const [ana, ben] = [open('ana'), open('ben')]
    expect([await ana.next(), await ben.next()]).toEqual(['data: a1', 'data: b1'])
    sees.set('ana', 'a2')
    announce()
    expect(await ana.next()).toBe('data: a2')
    sees.set('ben', 'b2')
    announce()
    // Nothing was said to Ben while nothing changed for him.
    expect(await ben.next()).toBe('data: b2')
  })

  it('end as soon as a change finds that the person may not look any more, or cannot be looked up', async () => {
    const { sees, open, announce, streams } = hall()
    sees.set('ana', 'a1').set('ben', 'b1')
    const [ana, ben] = [open('ana'), open('ben')]
    await ana.next()
    await ben.next()
    sees.set('ana', null)
    sees.delete('ben')
    announce()
    expect([await ana.next(), await ben.next()]).toEqual(['closed', 'closed'])
    expect(streams.size).toBe(0)
  })

  it('end with a sign-out, in every tab, and for nobody else', async () => {
    const { sees, open, streams } = hall()
    sees.set('ana', 'a1').set('ben', 'b1')
    const [one, other, ben] = [open('ana'), open('ana'), open('ben')]
    for (const each of [one, other, ben]) await each.next()
    streams.closeAllOf('ana')
    expect([await one.next(), await other.next()]).toEqual(['closed', 'closed'])
    expect(streams.size).toBe(1)
  })

  it('are bounded, for one person and in all', () => {
    const { open } = hall()
    expect([open('ana'), open('ana'), open('ana')].map(({ opened }) => opened)).toEqual([true, true, false])
    expect([open('ben'), open('cleo'), open('dora')].map(({ opened }) => opened)).toEqual([true, true, false])
  })

  it('need the database’s ear only while somebody listens', async () => {
    const { sees, open, listening } = hall()
    sees.set('ana', 'a1')
    const [one, other] = [open('ana'), open('ana')]
    await one.next()
    expect(listening()).toBe(1)
    one.leave()
    expect(listening()).toBe(1)
    other.leave()
    expect(listening()).toBe(0)
  })

  it('drop a client that does not read', async () => {
    const { sees, open, announce, streams } = hall()
    sees.set('ana', '0')
    open('ana')
    for (let turn = 1; turn < 200 && streams.size > 0; turn += 1) {
      sees.set('ana', String(turn))
      announce()
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    expect(streams.size).toBe(0)
  })

  it('come to an end by their age, so that the cookie is looked at again', async () => {
    const { sees, open } = hall({ ...LIMITS, longestMs: 5 })
    sees.set('ana', 'a1')
    const ana = open('ana')
    expect(await ana.next()).toBe('data: a1')
    expect(await ana.next()).toBe('closed')
  })
})
