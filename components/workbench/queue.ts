import { joinWords, plural } from '@/components/format'
import type { Risk, Verdict } from '@/lib/domain'
import type { ItemDecision, ReviewItem, SuggestedVerdict } from './review-item'

/** Which rows of the queue are shown: `?show=high&connection=crm&identity=…`. */
export const SHOWS = ['all', 'undecided', 'high', 'changed', 'new', 'unused'] as const
export type Show = (typeof SHOWS)[number]

export const SHOW_LABEL: Record<Show, string> = {
  all: 'All',
  undecided: 'Undecided',
  high: 'High risk',
  changed: 'Changed since last review',
  new: 'New access',
  unused: 'Unused for 90 days',
}

export interface QueueFilter {
  show: Show
  connectionId: string | null
  identityId: string | null
}

export type Decisions = ReadonlyMap<string, ItemDecision | null>

const RISK_RANK: Record<Risk, number> = { high: 0, medium: 1, low: 2 }
const SUGGESTED_RANK: Record<SuggestedVerdict, number> = { revoke: 0, look: 1, reduce: 2, certify: 3 }

/** What can do most harm first. Does not depend on verdicts: a row that moved under the hand would be decided by mistake. */
export function inReviewOrder(items: readonly ReviewItem[]): ReviewItem[] {
  return items.toSorted(
    (a, b) =>
      RISK_RANK[a.risk] - RISK_RANK[b.risk] ||
      SUGGESTED_RANK[a.suggestion.verdict] - SUGGESTED_RANK[b.suggestion.verdict] ||
      b.liveSessions - a.liveSessions ||
      a.identity.displayName.localeCompare(b.identity.displayName, 'en') ||
      a.connection.name.localeCompare(b.connection.name, 'en'),
  )
}

const isUndecided = (item: ReviewItem, decisions: Decisions): boolean => (decisions.get(item.id) ?? null) === null

function shows(show: Show, item: ReviewItem, decisions: Decisions): boolean {
  switch (show) {
    case 'all':
      return true
    case 'undecided':
      return isUndecided(item, decisions)
    case 'high':
      return item.risk === 'high'
    case 'changed':
      return item.isChanged
    case 'new':
      return item.isNew
    case 'unused':
      return item.isUnused
  }
}

export function filterQueue(items: readonly ReviewItem[], filter: QueueFilter, decisions: Decisions): ReviewItem[] {
  return items.filter(
    (item) =>
      shows(filter.show, item, decisions) &&
      (filter.connectionId === null || item.connection.id === filter.connectionId) &&
      (filter.identityId === null || item.identity.id === filter.identityId),
  )
}

export const countShown = (items: readonly ReviewItem[], decisions: Decisions): Record<Show, number> =>
  Object.fromEntries(
    SHOWS.map((show) => [show, items.filter((item) => shows(show, item, decisions)).length]),
  ) as Record<Show, number>

export interface QueueGroup {
  id: string
  label: string
  risk: Risk
  decided: number
  total: number
}

/** By connection or by identity, in the order in which their most dangerous item stands in the queue. */
export function groupQueue(
  items: readonly ReviewItem[],
  by: 'connection' | 'identity',
  decisions: Decisions,
): QueueGroup[] {
  const groups = new Map<string, QueueGroup>()
  for (const item of items) {
    const { id, label } =
      by === 'connection'
        ? { id: item.connection.id, label: item.connection.name }
        : { id: item.identity.id, label: item.identity.displayName }
    const group = groups.get(id) ?? { id, label, risk: item.risk, decided: 0, total: 0 }
    groups.set(id, group)
    group.total += 1
    if (!isUndecided(item, decisions)) group.decided += 1
    if (RISK_RANK[item.risk] < RISK_RANK[group.risk]) group.risk = item.risk
  }
  return [...groups.values()]
}

export interface VerdictTally {
  certify: number
  revoke: number
  reduce: number
  abstain: number
  undecided: number
  /** Live sessions on the paths that are to be revoked. */
  sessionsEnded: number
}

export function tallyVerdicts(items: readonly ReviewItem[], decisions: Decisions): VerdictTally {
  const tally: VerdictTally = { certify: 0, revoke: 0, reduce: 0, abstain: 0, undecided: 0, sessionsEnded: 0 }
  for (const item of items) {
    const decision = decisions.get(item.id) ?? null
    if (decision === null) {
      tally.undecided += 1
      continue
    }
    tally[decision.verdict] += 1
    if (decision.verdict === 'revoke') tally.sessionsEnded += item.liveSessions
  }
  return tally
}

const VERBS: Verdict[] = ['certify', 'revoke', 'reduce', 'abstain']

/** `certify 61, revoke 7 and reduce 9`; empty when nothing is decided. */
export const tallyInWords = (tally: VerdictTally): string =>
  joinWords(VERBS.filter((verb) => tally[verb] > 0).map((verb) => `${verb} ${tally[verb]}`))

/** The next row after `from` that nobody decided, wrapping around; the row after it when all are. */
export function nextToDecide(rows: readonly ReviewItem[], from: string, decisions: Decisions): string | null {
  const at = rows.findIndex((row) => row.id === from)
  const after = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))]
  const next = after.find((row) => isUndecided(row, decisions)) ?? rows[at + 1] ?? rows[at]
  return next?.id ?? null
}

/** `Revoke` or `Revoke, end 1 live session`: the button names its consequence. */
export const revokeLabel = (liveSessions: number): string =>
  liveSessions > 0 ? `Revoke, end ${plural(liveSessions, 'live session')}` : 'Revoke'
