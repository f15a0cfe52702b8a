import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventTooLarge, type SseEvent, SseSplitter, withData } from './sse'

const read = (chunks: readonly (Buffer | string)[]): SseEvent[] => {
  const splitter = new SseSplitter()
  return chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)))
}
const fields = ({ event, id, retry, data }: SseEvent) => ({ event, id, retry, data })
const meaningful = (events: SseEvent[]) =>
  events.map(fields).filter((event) => Object.values(event).some((v) => v !== null))

const stream = [
  '\ufeff: welcome\r\n\r\n',
  'event: message\r\nid: 1\r\ndata: {"a":"é😀"}\r\n\r\n',
  'id: 2\ndata: line one\ndata: line two\n\n',
  'retry: 3000\r\r',
  ':keep-alive\n\n',
  'data\n\n',
  'data:no space\nunknown: x\nid: a\0b\n\n',
].join('')

describe('events of a stream', () => {
  test('are read by the standard', () => {
    expect(meaningful(read([stream]))).toEqual([
      { event: 'message', id: '1', retry: null, data: '{"a":"é😀"}' },
      { event: null, id: '2', retry: null, data: 'line one\nline two' },
      { event: null, id: null, retry: 3000, data: null },
      { event: null, id: null, retry: null, data: '' },
      { event: null, id: null, retry: null, data: 'no space' },
    ])
  })

  test('are the same wherever the bytes are cut, and none of the bytes is lost', () => {
    const bytes = Buffer.from(stream)
    const whole = meaningful(read([bytes]))
    for (let cut = 0; cut <= bytes.length; cut++) {
      const events = read([bytes.subarray(0, cut), bytes.subarray(cut)])
      expect(meaningful(events)).toEqual(whole)
      expect(Buffer.concat(events.map((event) => event.raw)).equals(bytes)).toBe(true)
    }
    const single = read(Array.from(bytes, (byte) => Buffer.from([byte])))
    expect(meaningful(single)).toEqual(whole)
    expect(Buffer.concat(single.map((event) => event.raw)).equals(bytes)).toBe(true)
  })

  test('mean the same however any stream is cut, and raw bytes plus the rest are the stream', () => {
    const piece = fc.constantFrom('data: x', 'data:', 'event: e', ': c', '\n', '\r', '\r\n', 'é', '\n\n', '\r\r\n')
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(60)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''))
        const splitter = new SseSplitter()
        const events: SseEvent[] = []
        let from = 0
        for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
          const to = Math.min(Math.max(cut, from), bytes.length)
          events.push(...splitter.push(bytes.subarray(from, to)))
          from = to
        }
        expect(meaningful(events)).toEqual(meaningful(read([bytes])))
        expect(Buffer.concat([...events.map((event) => event.raw), splitter.end()]).equals(bytes)).toBe(true)
      }),
    )
  })

  test('come out as soon as they are complete', () => {
    const splitter = new SseSplitter()
    expect(splitter.push(Buffer.from('data: a\r\n\r'))).toHaveLength(1)
    expect(splitter.push(Buffer.from('\n'))).toHaveLength(0)
    expect(splitter.push(Buffer.from('data: b\n\n')).map((event) => event.data)).toEqual(['b'])
  })

  test('an event that never ends is refused, not gathered', () => {
    const splitter = new SseSplitter({ maxEventBytes: 1000 })
    splitter.push(Buffer.alloc(1000, 'x'))
    expect(() => splitter.push(Buffer.from('x'))).toThrow(EventTooLarge)
    expect(() => new SseSplitter({ maxEventBytes: 10 }).push(Buffer.from('data: 0123456789\n\n'))).toThrow(
      EventTooLarge,
    )
  })

  test('an event that comes byte by byte takes no more memory than its bytes', () => {
    const splitter = new SseSplitter()
    const taken = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    const before = taken()
    for (let i = 0; i < 2_000_000; i++) splitter.push(Buffer.from('x'))
    expect(taken() - before).toBeLessThan(100_000_000)
    expect(splitter.end()).toHaveLength(2_000_000)
  })

  test('a million small chunks take linear time', () => {
    const splitter = new SseSplitter()
    const byte = Buffer.from('x')
    const began = performance.now()
    for (let i = 0; i < 1_000_000; i++) splitter.push(byte)
    expect(splitter.end()).toHaveLength(1_000_000)
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

describe('an event with new data', () => {
  const [event] = read(['id: 7\r\n: note\r\nevent: message\r\ndata: old\r\ndata: older\r\nretry: 5\r\n\r\n']) as [
    SseEvent,
  ]

  test('keeps its other fields, comments and line ends', () => {
    expect(withData(event, '{"a":1}').toString()).toBe(
      'id: 7\r\n: note\r\nevent: message\r\ndata: {"a":1}\r\nretry: 5\r\n\r\n',
    )
  })

  test('says the new data to a reader, line breaks included', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', 'é') }), (data) => {
        const [again] = read([withData(event, data)]) as [SseEvent]
        expect(fields(again)).toEqual({ event: 'message', id: '7', retry: 5, data })
      }),
    )
  })

  test('without data there is nothing to replace', () => {
    const [comment] = read([': ping\n\n']) as [SseEvent]
    expect(withData(comment, 'x')).toBe(comment.raw)
  })
})
