import type { Logger } from 'pino'
import type { Connection } from '@/lib/domain'
import { type ToolDefinition, toolDigest } from '@/lib/mcp/tools'
import type { PolicySnapshot } from '@/lib/policies/snapshot'

/** A server that says something else each time is asked again no more often than this. */
const AGAIN_AFTER_MS = 1_000
const KEPT_DIGESTS = 5_000
const LONGEST_KEPT = 32_768

interface Doing {
  /** Tells whoever keeps the inventory that it is to be fetched again. */
  tell(connectionId: string): Promise<unknown>
  /** From now on calls here are decided by what was seen. */
  seen(connectionId: string, tool: string, digest: string): void
  log: Logger
}

/**
 * Looks at the tools that servers list to their clients. A definition that is not the one that is known is not shown, and
 * its tool not called here, from this moment on; the inventory is fetched again for all.
 */
export class ToolWatch {
  private readonly digests = new Map<string, string>()
  /** Connections of which somebody was told just now; true when there was something to tell since. */
  private readonly resting = new Map<string, boolean>()

  constructor(private readonly doing: Doing) {}

  /** Whether one entry of a `tools/list` result is the tool that policy knows by its name. */
  isAsKnown(policy: PolicySnapshot, connection: Connection, name: string, entry: string): boolean {
    const tool = policy.tools.get(connection.id)?.get(name)
    if (tool === undefined) {
      // New: whether it may be used is policy's to say, by its name.
      this.differs(connection.id)
      return true
    }
    const digest = this.digestOf(entry)
    if (digest === tool.digest) return true
    this.differs(connection.id)
    this.doing.seen(connection.id, name, digest)
    return digest === tool.pinnedDigest || connection.toolChanges === 'flag'
  }

  /** The server said that its list changed, or showed another one. Told at once, and again no sooner than a while later. */
  differs(connectionId: string): void {
    if (this.resting.has(connectionId)) {
      this.resting.set(connectionId, true)
      return
    }
    this.resting.set(connectionId, false)
    const wake = () => {
      const isAgain = this.resting.get(connectionId)
      this.resting.delete(connectionId)
      if (isAgain) this.differs(connectionId)
    }
    setTimeout(wake, AGAIN_AFTER_MS).unref()
    this.doing.tell(connectionId).catch(() => {
      this.resting.set(connectionId, true)
      this.doing.log.warn({ connection: connectionId }, 'could not ask for a fresh inventory; it will be again')
    })
  }

  private digestOf(entry: string): string {
    const known = this.digests.get(entry)
    if (known !== undefined) return known
    const digest = toolDigest(JSON.parse(entry) as ToolDefinition)
    if (entry.length > LONGEST_KEPT) return digest
    if (this.digests.size >= KEPT_DIGESTS) this.digests.delete(this.digests.keys().next().value!)
    this.digests.set(entry, digest)
    return digest
  }
}

/** The same policy with one tool as it was seen. The very same when that is how it is known. */
export function withSeenTool(
  policy: PolicySnapshot,
  connectionId: string,
  name: string,
  digest: string,
): PolicySnapshot {
  const inventory = policy.tools.get(connectionId)
  const tool = inventory?.get(name)
  if (inventory === undefined || tool === undefined || tool.digest === digest) return policy
  const tools = new Map(policy.tools).set(connectionId, new Map(inventory).set(name, { ...tool, digest }))
  return { ...policy, tools }
}
