import type { Exclusion } from '@/lib/domain'

/**
 * Whether an exclusion denies some of what a grant of these globs would give: all but the exact names it keeps. A glob
 * counts as covered even when every tool of today is kept, because tomorrow's would not be.
 */
export const isCovered = (tools: readonly string[], exclusion: Pick<Exclusion, 'except'>): boolean =>
  tools.some((tool) => !exclusion.except.includes(tool))

/** What a person reads: the review's item, or the exclusion where no review made it. */
export const exclusionName = (exclusion: Pick<Exclusion, 'id' | 'campaignItemId'>): string =>
  exclusion.campaignItemId ?? exclusion.id

export function coveredMessage(
  identity: string,
  connection: string,
  exclusion: Pick<Exclusion, 'id' | 'campaignItemId' | 'except' | 'reason'>,
): string {
  const verdict =
    exclusion.except.length === 0 ? 'was removed' : `was reduced to ${[...exclusion.except].sort().join(', ')}`
  const because = exclusion.reason ? `: ${exclusion.reason}` : ''
  return `The access of ${identity} to ${connection} ${verdict} in review item ${exclusionName(exclusion)}${because}. A named person has to lift that first.`
}
