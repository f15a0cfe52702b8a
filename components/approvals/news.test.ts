import { describe, expect, it } from 'vitest'
import type { InboxView, WaitingCall } from './approval-view'
import { countYours, newsInWords, newsOf, staleCalls } from './news'

const call = (id: string, more: Partial<WaitingCall> = {}): WaitingCall => ({
  id,
  caller: { id: 'idn_a', displayName: 'Reply agent', kind: 'agent' },
  tool: 'refund',
  connection: 'Payments',
  gist: '',
  createdAt: '2026-11-27T10:00:00.000Z',
  expiresAt: '2026-11-27T10:15:00.000Z',
  yours: true,
  onlyYours: false,
  missing: 1,
  clientWaits: true,
  revision: '1',
  ...more,
})

const inbox = (waiting: WaitingCall[], decided: InboxView['decided'] = []): InboxView => ({
  viewerId: 'idn_dana',
  now: '2026-11-27T10:01:00.000Z',
  waiting,
  decided,
  standing: [],
  delegations: [],
})

describe('what happened in an inbox', () => {
  it('is what came, what went, and how it ended', () => {
    const decided = {
      id: 'apv_1',
      caller: 'Reply agent',
      tool: 'refund',
      gist: '',
      status: 'denied' as const,
      words: 'denied by Ana Lind',
      at: '2026-11-27T10:01:00.000Z',
      revision: '2',
    }
    const news = newsOf(inbox([call('apv_1'), call('apv_2')]), inbox([call('apv_2'), call('apv_3')], [decided]))
    expect(newsInWords(news)).toBe(
      'New held call: Reply agent wants refund on Payments. Reply agent, refund: denied by Ana Lind.',
    )
  })

  it('is nothing when a call only changed', () => {
    expect(newsInWords(newsOf(inbox([call('apv_1')]), inbox([call('apv_1', { revision: '2', missing: 0 })])))).toBe('')
  })

  it('counts what waits for this person alone', () => {
    expect(countYours([call('apv_1'), call('apv_2', { yours: false })])).toBe(1)
  })

  it('takes a call for stale when it is this person’s, old, and nobody waits', () => {
    const now = new Date('2026-11-27T10:05:00.000Z').getTime()
    const calls = [
      call('waits'),
      call('stale', { clientWaits: false }),
      call('other', { clientWaits: false, yours: false }),
      call('young', { clientWaits: false, createdAt: '2026-11-27T10:04:00.000Z' }),
    ]
    expect(staleCalls(calls, now).map(({ id }) => id)).toEqual(['stale'])
  })
})
