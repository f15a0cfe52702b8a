import { describe, expect, test } from 'vitest'
import { boardInWords, isSettled, provenAfter, stageReached } from './remediation-view'

describe('the remediation board', () => {
  test('does not call a failed removal settled: it is tried again', () => {
    expect(isSettled([{ status: 'verified' }])).toBe(true)
    expect(isSettled([{ status: 'verified' }, { status: 'failed' }])).toBe(false)
    expect(isSettled([{ status: 'applied' }])).toBe(false)
  })

  test('says how many are proven and how many are not', () => {
    expect(boardInWords([{ status: 'verified' }, { status: 'enforced' }])).toBe('1 of 2 removals verified.')
    expect(boardInWords([{ status: 'failed' }])).toBe('0 of 1 removal verified. 1 failed and will be tried again.')
  })

  test('shows the last stage that was reached and the time the proof took', () => {
    const at = '2026-11-22T10:00:00.000Z'
    expect(stageReached({ appliedAt: null, enforcedAt: null, verifiedAt: null })).toBeNull()
    expect(stageReached({ appliedAt: at, enforcedAt: at, verifiedAt: null })).toBe('enforced')
    expect(provenAfter({ appliedAt: at, verifiedAt: null })).toBeNull()
    expect(provenAfter({ appliedAt: at, verifiedAt: '2026-11-22T10:00:00.400Z' })).toBe('400 ms')
  })
})
