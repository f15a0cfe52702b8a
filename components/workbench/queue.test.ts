import { describe, expect, test } from 'vitest'
import {
  countShown,
  filterQueue,
  groupQueue,
  inReviewOrder,
  nextToDecide,
  revokeLabel,
  tallyInWords,
  tallyVerdicts,
} from './queue'
import type { ItemDecision, ReviewItem } from './review-item'

const item = (id: string, over: Partial<ReviewItem> = {}): ReviewItem => ({
  id,
  identity: { id: `i-${id}`, name: id, displayName: id, kind: 'agent' },
  connection: { id: 'crm', slug: 'crm', name: 'Customer CRM' },
  risk: 'medium',
  toolsGranted: 3,
  toolsUsed: 1,
  coversEverything: false,
  lastUsedAt: null,
  suggestion: { verdict: 'certify', why: '', keepTools: [] },
  isNew: false,
  isChanged: false,
  isUnused: false,
  throughGroups: [],
  liveSessions: 0,
  decision: null,
  signedOff: false,
  ...over,
})

const decided = (verdict: ItemDecision['verdict']): ItemDecision => ({ verdict, keepTools: [], comment: null })

describe('the review queue', () => {
  test('puts what can do most harm first, and what should go before what may stay', () => {
    const rows = inReviewOrder([
      item('low', { risk: 'low', suggestion: { verdict: 'revoke', why: '', keepTools: [] } }),
      item('stay', { risk: 'high' }),
      item('go', { risk: 'high', suggestion: { verdict: 'revoke', why: '', keepTools: [] } }),
    ])
    expect(rows.map((row) => row.id)).toEqual(['go', 'stay', 'low'])
  })

  test('keeps its order whatever is decided, so that no row moves under the hand', () => {
    const before = inReviewOrder([item('a'), item('b')])
    const after = inReviewOrder([item('a', { decision: decided('revoke') }), item('b')])
    expect(after.map((row) => row.id)).toEqual(before.map((row) => row.id))
  })

  test('counts and filters by what is decided now, not by what the server knew', () => {
    const rows = [item('a'), item('b', { decision: decided('certify') }), item('c', { isNew: true })]
    const decisions = new Map([
      ['a', decided('revoke')],
      ['b', null],
    ])
    expect(countShown(rows, decisions)).toMatchObject({ all: 3, undecided: 2, new: 1 })
    const shown = filterQueue(rows, { show: 'undecided', connectionId: null, identityId: null }, decisions)
    expect(shown.map((row) => row.id)).toEqual(['b', 'c'])
    expect(filterQueue(rows, { show: 'all', connectionId: 'other', identityId: null }, decisions)).toEqual([])
  })

  test('a group carries the highest risk in it', () => {
    const groups = groupQueue(
      [item('a'), item('b', { risk: 'high' })],
      'connection',
      new Map([['a', decided('revoke')]]),
    )
    expect(groups).toEqual([{ id: 'crm', label: 'Customer CRM', risk: 'high', decided: 1, total: 2 }])
  })

  test('says in words what a sign-off does, and which sessions it ends', () => {
    const rows = [item('a', { liveSessions: 2 }), item('b'), item('c', { liveSessions: 4 }), item('d')]
    const tally = tallyVerdicts(
      rows,
      new Map([
        ['a', decided('revoke')],
        ['b', decided('certify')],
        ['c', decided('reduce')],
      ]),
    )
    // A reduce leaves the session open: only what is refused from then on changes.
    expect(tally).toEqual({ certify: 1, revoke: 1, reduce: 1, abstain: 0, undecided: 1, sessionsEnded: 2 })
    expect(tallyInWords(tally)).toBe('certify 1, revoke 1 and reduce 1')
    expect(revokeLabel(1)).toBe('Revoke, end 1 live session')
    expect(revokeLabel(0)).toBe('Revoke')
  })

  test('goes on to the next undecided row, around the end if need be', () => {
    const rows = [item('a'), item('b'), item('c')]
    expect(nextToDecide(rows, 'a', new Map([['b', decided('certify')]]))).toBe('c')
    expect(nextToDecide(rows, 'c', new Map([['c', decided('certify')]]))).toBe('a')
    const all = new Map(rows.map((row) => [row.id, decided('certify')]))
    expect(nextToDecide(rows, 'a', all)).toBe('b')
    expect(nextToDecide(rows, 'c', all)).toBe('c')
  })
})
