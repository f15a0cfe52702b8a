import type { IdentityKind, RefusalReason, Risk, ToolRisk } from '@/lib/domain'

/** One access path as a row: who, to what, through which grants, and whether anything passes now. */
export interface PathRow {
  identity: { id: string; name: string; displayName: string; kind: IdentityKind; owner: string | null }
  connection: { id: string; slug: string; name: string; risk: Risk }
  grants: { id: string; through: string | null; tools: string[]; until: Date | null; expired: boolean }[]
  exclusions: number
  /** Of the tools that the connection offers now. */
  tools: { total: number; allowed: Record<ToolRisk, number> }
  /** Null when it is open. */
  closedBy: RefusalReason | null
  lastCallAt: Date | null
}

export const allowedTools = ({ tools }: Pick<PathRow, 'tools'>): number =>
  tools.allowed.read + tools.allowed.write + tools.allowed.destructive

/** The first of the grants' ends, which is when the access next shrinks. */
export function nextEnd({ grants }: Pick<PathRow, 'grants'>): Date | null {
  const ends = grants.flatMap(({ until, expired }) => (until === null || expired ? [] : [until]))
  return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null)
}
