import type { Connection, Grant } from '@/lib/domain'
import type { PolicySnapshot } from './snapshot'

/**
 * Why a tool must not be used although it is granted; null when it may. What people granted is the tool as it was when
 * somebody looked at it: a server that describes it differently now, or offers another one that an old `*` happens to
 * cover, has not been granted that.
 */
export function quarantineOf(
  policy: PolicySnapshot,
  { id, toolChanges }: Connection,
  name: string,
  grants: readonly Grant[],
): string | null {
  // Flagged only: a review is open, and calls pass.
  if (toolChanges === 'flag') return null
  const inventory = policy.tools.get(id)
  // A server that could never be asked: nothing is pinned that something could differ from.
  if (inventory === undefined) return null
  const tool = inventory.get(name)
  const isNamed = grants.some((grant) => grant.tools.includes(name))
  if (tool === undefined) return isNamed ? null : 'nobody has looked at this tool yet'
  if (tool.digest !== tool.pinnedDigest) return 'its definition is not the one that was certified'
  const isNew = tool.certifiedAt === null && tool.risk !== 'read'
  return isNew && !isNamed ? 'it appeared after somebody last looked at its server' : null
}
