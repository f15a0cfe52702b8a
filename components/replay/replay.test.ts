import { describe, expect, it } from 'vitest'
import { groupByExchange } from './exchanges'
import { allowedBy, markOf, ribbonsOf } from './marks'
import type { ReplayMessage } from './recording'
import { renderBody } from './rendered'
import { summaryOf } from './summary'
import { advance, fromBar, indexAt, layTimeline, printAt, readAt, toBar } from './timeline'

let seq = 0
const message = (about: Partial<ReplayMessage>): ReplayMessage => ({
  id: `w/${++seq}`,
  atMicros: seq * 1000,
  seq,
  callId: null,
  direction: 'client',
  frame: 'http',
  kind: 'request',
  rpcId: null,
  method: null,
  tool: null,
  bytes: 10,
  summary: '',
  redactions: {},
  decision: null,
  outcome: null,
  reason: null,
  reference: null,
  masked: {},
  held: null,
  ...about,
})
const answer = (about: Partial<ReplayMessage>) =>
  message({ direction: 'server', kind: 'response', frame: 'sse', ...about })

describe('groupByExchange', () => {
  it('puts an answer with its question when calls overlap', () => {
    const messages = [
      message({ callId: 'a', rpcId: '1', method: 'tools/call' }),
      message({ callId: 'b', rpcId: '2', method: 'tools/call' }),
      answer({ callId: 'b', rpcId: '2' }),
      answer({ callId: 'a', rpcId: '1' }),
    ]
    const { exchanges, exchangeOf } = groupByExchange(messages)
    expect(exchanges.map((each) => each.messages)).toEqual([
      [0, 3],
      [1, 2],
    ])
    expect(exchangeOf).toEqual([0, 1, 1, 0])
  })

  it('pairs what is no call by its JSON-RPC id, and an id that is used again with the newer question', () => {
    const messages = [
      message({ rpcId: '0', method: 'initialize' }),
      answer({ rpcId: '0' }),
      message({ rpcId: '0', method: 'tools/list' }),
      answer({ rpcId: '0' }),
      answer({ rpcId: '9' }),
    ]
    expect(groupByExchange(messages).exchanges.map((each) => each.messages)).toEqual([[0, 1], [2, 3], [4]])
  })

  it('does not take the server’s own request for an answer to the client’s of the same id', () => {
    const messages = [
      message({ rpcId: '1', method: 'tools/list' }),
      message({ direction: 'server', rpcId: '1', method: 'sampling/createMessage' }),
      message({ kind: 'response', rpcId: '1' }),
      answer({ rpcId: '1' }),
    ]
    expect(groupByExchange(messages).exchanges.map((each) => each.messages)).toEqual([
      [0, 3],
      [1, 2],
    ])
  })
})

describe('ribbons and marks', () => {
  const grants = { grt_1: 'Lumen migration' }

  it('names the grant that let a call pass', () => {
    const call = message({
      callId: 'c',
      method: 'tools/call',
      decision: { effect: 'allow', grants: ['grt_1', 'grt_2'] },
    })
    expect(ribbonsOf(call, grants, true)).toEqual([
      { tone: 'neutral', icon: 'check', text: 'allowed by grant “Lumen migration” and 1 more' },
    ])
    expect(allowedBy(['grt_2'], grants)).toBe('allowed by grt_2')
  })

  it('says what was masked for the client, and not what only the recording hides', () => {
    const shown = answer({ callId: 'c', outcome: 'allowed', redactions: { EMAIL: 3 } })
    expect(ribbonsOf(shown, grants, true)).toEqual([])
    expect(markOf(shown)).toBe(null)
    const masked = { ...shown, decision: { effect: 'allow' as const, masked: { EMAIL: 12, PHONE: 2 } } }
    expect(ribbonsOf(masked, grants, true)).toEqual([{ tone: 'mask', icon: 'lock', text: 'masked 12 EMAIL, 2 PHONE' }])
    expect(markOf(masked)).toBe('masked')
  })

  it('marks a refusal once, at the question', () => {
    const decision = { effect: 'deny' as const, reason: 'excluded', reasons: ['x'] }
    const asked = message({ callId: 'c', decision, outcome: 'refused' })
    expect(ribbonsOf(asked, grants, true)).toEqual([
      { tone: 'no', icon: 'x', text: 'refused: this access was removed in a review' },
    ])
    expect(markOf(asked)).toBe('refused')
    expect(markOf(answer({ callId: 'c', frame: 'local', outcome: 'refused' }))).toBe(null)
  })

  it('says which questions a server was not told it could ask', () => {
    const decision = { effect: 'allow' as const, refuse: ['sampling' as const, 'roots' as const] }
    expect(ribbonsOf(message({ decision }), grants, true).map(({ text }) => text)).toEqual([
      'sampling, roots not offered to the server',
    ])
  })

  it('tells a running call from one whose gateway died', () => {
    const call = message({ callId: 'c', outcome: 'in_flight', decision: { effect: 'allow', grants: [] } })
    expect(ribbonsOf(call, grants, false).map((ribbon) => ribbon.text)).toEqual(['allowed', 'still running'])
    expect(ribbonsOf(call, grants, true).map((ribbon) => ribbon.text)).toEqual(['allowed'])
    const dead = { ...call, outcome: 'interrupted' as const }
    expect(ribbonsOf(dead, grants, false)[1]?.text).toContain('interrupted')
  })
})

describe('timeline', () => {
  const offsets = [0, 100, 900, 60_900, 61_000, 62_000]
  const skipping = layTimeline(offsets, true)

  it('gives a long silence little room and real time the rest', () => {
    expect(skipping.segments.map((each) => each.idle)).toEqual([false, true, false])
    const [, idle] = skipping.segments
    expect(idle!.to - idle!.from).toBeCloseTo(0.06)
    expect(layTimeline(offsets, false).segments).toHaveLength(1)
  })

  it('finds the way back from every place on the bar', () => {
    for (const timeline of [skipping, layTimeline(offsets, false)]) {
      for (const ms of [0, 50, 900, 30_000, 61_500, 62_000]) {
        expect(fromBar(timeline, toBar(timeline, ms))).toBeCloseTo(ms, 5)
      }
    }
  })

  it('plays a minute of silence in a third of a second, and the rest at its speed', () => {
    expect(advance(skipping, 0, 450, 2)).toBeCloseTo(900)
    expect(advance(skipping, 900, 350, 2)).toBeCloseTo(60_900)
    expect(advance(skipping, 900, 350 + 100, 2)).toBeCloseTo(61_100)
    expect(advance(skipping, 0, 1e9, 0.5)).toBe(62_000)
  })

  it('holds a recording of one moment, and an empty one', () => {
    for (const single of [layTimeline([0], true), layTimeline([], true)]) {
      expect([toBar(single, 0), fromBar(single, 0.5), advance(single, 0, 100, 1)]).toEqual([1, 0, 0])
    }
  })

  it('names one message in a link, to the microsecond', () => {
    const exact = [0, 21_704.511, 21_704.512, 21_704.513]
    for (const [index, offset] of exact.entries()) expect(indexAt(exact, readAt(printAt(offset))!)).toBe(index)
    expect(['', 'x', '-1', '1e9', '1.2.3', null].map(readAt)).toEqual([null, null, null, null, null, null])
  })
})

describe('what others said', () => {
  const hostile = '<img src=x onerror="alert(1)">\u001b[31m'

  it('stays the text it was, in the summary and in the rendered view', () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: hostile }] } })
    expect(renderBody(body)).toEqual([{ type: 'text', label: null, text: hostile }])
    expect(summaryOf({ kind: 'response', method: null, head: body, isCut: false })).toBe(hostile)
  })

  it('keeps the digits of numbers and the words of what is no JSON', () => {
    const body = '{"params":{"name":"x","arguments":{"id":9007199254740993,"amount":219.00}}}'
    expect(renderBody(body)).toEqual([
      { type: 'json', label: 'Arguments', source: '{"id":9007199254740993,"amount":219.00}' },
    ])
    expect(summaryOf({ kind: 'request', method: 'tools/call', head: body, isCut: false })).toBe(
      '{"id":9007199254740993,"amount":219.00}',
    )
    expect(renderBody('not json')).toEqual([{ type: 'text', label: null, text: 'not json' }])
  })

  it('is summarised from its first letters alone', () => {
    const cut = '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"q","arguments":{"sql":"select 1'
    expect(summaryOf({ kind: 'request', method: 'tools/call', head: cut, isCut: true })).toBe('{"sql":"select 1')
    const list = '{"result":{"tools":[{"name":"a"},{"na'
    expect(summaryOf({ kind: 'response', method: null, head: list, isCut: true })).toBe('tools: a, …')
    const whole = '{"result":{"tools":[{"name":"a"},{"name":"b"}]}}'
    expect(summaryOf({ kind: 'response', method: null, head: whole, isCut: false })).toBe('2 tools: a, b')
    expect(summaryOf({ kind: 'response', method: null, head: null, isCut: false })).toBe('body dropped by retention')
  })

  it('survives nesting that would end a parser', () => {
    const deep = '['.repeat(200_000)
    expect(renderBody(deep)).toEqual([{ type: 'text', label: null, text: deep }])
    expect(summaryOf({ kind: 'response', method: null, head: deep.slice(0, 1500), isCut: true })).toContain('[')
  })

  it('shows text content that repeats the structured content once', () => {
    const body = '{"result":{"structuredContent":{"a":1},"content":[{"type":"text","text":"{ \\"a\\": 1 }"}]}}'
    expect(renderBody(body).map((block) => block.type)).toEqual(['json', 'note'])
  })
})
