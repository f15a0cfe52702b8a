import { describe, expect, it } from 'vitest'
import { countVerdicts, type DecidedPath, signOffSummary } from './sign-off'

const paths = (count: number, path: Partial<DecidedPath> & Pick<DecidedPath, 'verdict'>): DecidedPath[] =>
  Array.from({ length: count }, () => ({ handOver: false, liveSessions: 0, ...path }))

describe('signOffSummary', () => {
  it.each<[string, DecidedPath[]]>([
    [
      'certify 61, revoke 7: 2 live sessions end; reduce 9',
      [
        ...paths(61, { verdict: 'certify', liveSessions: 3 }),
        ...paths(2, { verdict: 'revoke', liveSessions: 1 }),
        ...paths(5, { verdict: 'revoke' }),
        ...paths(9, { verdict: 'reduce' }),
      ],
    ],
    ['revoke 1: 1 live session ends', paths(1, { verdict: 'revoke', liveSessions: 1 })],
    ['revoke 3', paths(3, { verdict: 'revoke' })],
    [
      'certify 1, abstain 1: access stays as it is',
      [...paths(1, { verdict: 'certify' }), ...paths(1, { verdict: 'abstain' })],
    ],
    [
      'certify 1, hand 2 to the fallback',
      [...paths(1, { verdict: 'certify' }), ...paths(2, { verdict: 'abstain', handOver: true })],
    ],
  ])('says "%s"', (summary, decided) => {
    expect(signOffSummary(countVerdicts(decided))).toBe(summary)
  })
})
