import type { Db, Tx } from '@/lib/db'
import { type Checkpoint, readLeaves, toStoredLeaf } from './checkpoint'
import type { Leaf } from './merkle'

/** A head written by a transaction that committed after it wrote is found by looking this far back. */
const OVERLAP_MS = 120_000

export async function latestCheckpoint({ client }: Db): Promise<Checkpoint | null> {
  const row = await client.checkpoint.findFirst({ orderBy: { seq: 'desc' } })
  return row === null ? null : { ...row, leaves: readLeaves(row.leaves) }
}

export async function checkpointAt(
  { client }: Db,
  seq: bigint,
): Promise<{ root: Uint8Array; signature: Uint8Array } | null> {
  return client.checkpoint.findUnique({ where: { seq }, select: { root: true, signature: true } })
}

/** Heads that no checkpoint has named yet as they are now. */
export async function changedHeads(db: Db, last: Checkpoint | null): Promise<Leaf[]> {
  const since = new Date(last === null ? 0 : last.at.getTime() - OVERLAP_MS)
  const heads = await db.client.$queryRaw<Leaf[]>`
    SELECT 'audit:' || "chain" AS "chain", "seq", "hash" FROM "AuditChain" WHERE "seq" > 0 AND "updatedAt" > ${since}
    UNION ALL
    SELECT 'session:' || "sessionId" || ' ' || "writer", "seq"::bigint, "hash" FROM "SessionChain"
    WHERE "seq" > 0 AND "updatedAt" > ${since}`
  const recent = await db.client.checkpoint.findMany({
    where: { at: { gt: new Date(since.getTime() - OVERLAP_MS) } },
    orderBy: { seq: 'asc' },
    select: { leaves: true },
  })
  const named = new Map<string, bigint>()
  for (const { leaves } of recent) for (const leaf of readLeaves(leaves)) named.set(leaf.chain, leaf.seq)
  return heads.filter((head) => named.get(head.chain) !== head.seq)
}

export async function saveCheckpoint({ client }: Tx, checkpoint: Checkpoint): Promise<void> {
  await client.checkpoint.create({
    data: {
      ...checkpoint,
      previousRoot: Buffer.from(checkpoint.previousRoot),
      root: Buffer.from(checkpoint.root),
      signature: Buffer.from(checkpoint.signature),
      leaves: checkpoint.leaves.map(toStoredLeaf),
    },
  })
}

/** The hash that a record of a chain has now, or null when it is gone. `chain` is named as in a leaf. */
export async function hashInDatabase({ client }: Db, chain: string, seq: bigint): Promise<Uint8Array | null> {
  const [kind, name] = [chain.slice(0, chain.indexOf(':')), chain.slice(chain.indexOf(':') + 1)]
  const rows =
    kind === 'audit'
      ? await client.$queryRaw<{ hash: Uint8Array }[]>`
          SELECT "hash" FROM "AuditEvent" WHERE "chain" = ${name} AND "seq" = ${seq} LIMIT 1`
      : await client.$queryRaw<{ hash: Uint8Array }[]>`
          SELECT "hash" FROM "RecordedMessage" WHERE "sessionId" = ${name.slice(0, name.indexOf(' '))}
            AND "writer" = ${name.slice(name.indexOf(' ') + 1)} AND "seq" = ${seq} LIMIT 1`
  return rows[0]?.hash ?? null
}
