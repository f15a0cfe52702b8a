import type { ToolReviewCause } from '@/lib/domain'
import { foldKey } from '@/lib/mcp/look-alikes'
import type { InventoryChange, InventoryTool, KnownTool } from './inventory'

/** A tool that somebody has to look at before it is used. */
export interface NeededReview {
  tool: InventoryTool
  cause: ToolReviewCause
  /** The tool it could be taken for, as SLUG/NAME. */
  resembles: string | null
}

export interface ReviewNeeds {
  open: NeededReview[]
  /** Names of tools about which an open question is settled: as they were pinned again, or no longer offered. */
  settled: string[]
  /** Of the added ones, those that nothing is pinned of: their name misleads. */
  unpinned: ReadonlySet<string>
}

export interface OtherTool {
  slug: string
  name: string
}

/**
 * What a change of an inventory asks of people. At the first look at a server everything is taken as it is; after it, what
 * changed, and what is new and does more than read. A name that looks like another tool's is asked about at any time.
 */
export function reviewsNeeded(
  known: readonly KnownTool[],
  change: InventoryChange,
  own: string,
  elsewhere: readonly OtherTool[],
): ReviewNeeds {
  const isFirstLook = known.length === 0
  const pinned = new Map(known.map(({ name, pinnedDigest }) => [name, pinnedDigest]))
  const resemblance = lookAlikes([...elsewhere, ...known.map(({ name }) => ({ slug: own, name }))])
  const open: NeededReview[] = []
  const unpinned = new Set<string>()
  for (const tool of change.added) {
    const resembles = resemblance(tool.name)
    if (resembles !== null) {
      unpinned.add(tool.name)
      open.push({ tool, cause: 'look_alike', resembles })
    } else if (!isFirstLook && tool.risk !== 'read') open.push({ tool, cause: 'new', resembles: null })
  }
  const settled = [...change.gone]
  for (const tool of change.changed) {
    if (tool.digest === pinned.get(tool.name)) settled.push(tool.name)
    else open.push({ tool, cause: 'changed', resembles: null })
  }
  return { open, settled, unpinned }
}

/** By what a name looks like: `get_user`, `get_usеr` with a Cyrillic letter and `GET_USER` are one to a hurried reader. */
function lookAlikes(others: readonly OtherTool[]): (name: string) => string | null {
  const bySkeleton = new Map<string, OtherTool[]>()
  for (const other of others) {
    const skeleton = skeletonOf(other.name)
    bySkeleton.set(skeleton, [...(bySkeleton.get(skeleton) ?? []), other])
  }
  return (name) => {
    const other = bySkeleton.get(skeletonOf(name))?.find((each) => each.name !== name)
    return other === undefined ? null : `${other.slug}/${other.name}`
  }
}

const skeletonOf = (name: string): string => foldKey(name).replace(/[1i|]/g, 'l').replace(/0/g, 'o')
