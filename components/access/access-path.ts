import type { IdentityKind, RefusalReason, Risk, ToolRisk } from '@/lib/domain'

/** One access path, as the list and the matrix show it. */
export interface AccessRow {
  /** `IDENTITY~CONNECTION`, as `?path=` names it. */
  id: string
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string; risk: Risk }
  tools: { total: number; allowed: number; destructive: number; used: number }
  calls: number
  lastUsedAt: string | null
  /** The first end of a grant that is still running. */
  until: string | null
  /** `direct`, `group:NAME`; only ways that are not over. */
  through: string[]
  excluded: 'all' | 'some' | null
  /** Null when something passes. */
  closedBy: RefusalReason | null
}

export interface GrantFacts {
  id: string
  group: { name: string; members: number } | null
  tools: string[]
  until: string | null
  expired: boolean
  reason: string
  grantedBy: string
  createdAt: string
  mayRevoke: boolean
  /** What revoking it would do, as its button says. */
  consequence: string
}

export interface ExclusionFacts {
  id: string
  except: string[]
  reason: string
  createdBy: string
  createdAt: string
  campaign: { name: string; href: string | null; decidedBy: string | null } | null
  mayLift: boolean
}

export interface ToolFacts {
  name: string
  risk: ToolRisk
  /** Null when it passes, at once or once it is approved. */
  refusedBy: RefusalReason | null
  effect: 'allow' | 'hold' | 'deny'
  why: string
  masks: string[]
  calls: number
  lastUsedAt: string | null
}

export interface AccessDetailView {
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string; risk: Risk }
  closedBy: RefusalReason | null
  liveSessions: number
  grants: GrantFacts[]
  exclusions: ExclusionFacts[]
  tools: ToolFacts[]
}

export const pathId = (identityId: string, connectionId: string): string => `${identityId}~${connectionId}`

/** How an access path stands, in one word. */
export type Standing = 'open' | 'unused' | 'expiring' | 'reduced' | 'excluded' | 'closed'

export const STANDING_LABEL: Record<Standing, string> = {
  open: 'Open',
  unused: 'Granted, unused',
  expiring: 'Expires within 30 days',
  reduced: 'Reduced in a review',
  excluded: 'Removed in a review',
  closed: 'Closed',
}

export const EXPIRING_MS = 30 * 86_400_000

export const isExpiring = ({ until, closedBy }: Pick<AccessRow, 'until' | 'closedBy'>, now: number): boolean =>
  closedBy === null && until !== null && Date.parse(until) - now < EXPIRING_MS

/** Everything that is true of a path: one may be expiring and unused at once. */
export function standingsOf(row: AccessRow, now: number): Standing[] {
  if (row.excluded === 'all') return ['excluded']
  if (row.closedBy !== null) return ['closed']
  const all: Standing[] = ['open']
  if (row.calls === 0) all.push('unused')
  if (row.excluded === 'some') all.push('reduced')
  if (isExpiring(row, now)) all.push('expiring')
  return all
}

/** The gravest first, for the one badge of a row. */
export function standingOf(row: AccessRow, now: number): Standing {
  const all = standingsOf(row, now)
  const order: Standing[] = ['excluded', 'closed', 'reduced', 'expiring', 'unused', 'open']
  return order.find((each) => all.includes(each)) ?? 'open'
}
