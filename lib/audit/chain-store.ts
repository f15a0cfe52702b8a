import { Prisma } from '@/generated/prisma/client'
import { type Db, prisma } from '@/lib/db'
import { auditHash } from './chain'
import { type Checkpoint, readLeaves } from './checkpoint'
import type { Leaf } from './merkle'
import type { WalkedRecord } from './verify'

/** Rows and heads of one moment: a head read later than its rows would look like a truncated chain. */
export const atOneMoment = <T>(work: (db: Db) => Promise<T>, timeoutMs = 60_000): Promise<T> =>
  prisma().$transaction((client) => work({ client }), {
    isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
    maxWait: 5_000,
    timeout: timeoutMs,
  })

/** Rows one page at a time through a server-side cursor: memory stays the same however long the history is. */
export async function* streamRows<T>({ client }: Db, cursor: string, select: string, page = 500): AsyncGenerator<T> {
  await client.$executeRawUnsafe(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${select}`)
  for (;;) {
    const rows = await client.$queryRawUnsafe<T[]>(`FETCH ${page} FROM ${cursor}`)
    yield* rows
    if (rows.length < page) break
  }
  await client.$executeRawUnsafe(`CLOSE ${cursor}`)
}

interface AuditRow {
  micros: bigint
  chain: string
  seq: bigint
  actor: string
  actorId: string | null
  action: string
  targetType: string | null
  targetId: string | null
  identityId: string | null
  connectionId: string | null
  tool: string | null
  outcome: string | null
  reason: string | null
  reference: string | null
  sessionId: string | null
  count: number
  data: unknown
  previousHash: Uint8Array
  hash: Uint8Array
}

/** Every audit event of every chain, sorted by chain and seq. Only inside a transaction. */
export async function* auditRecords(db: Db): AsyncGenerator<WalkedRecord> {
  const rows = streamRows<AuditRow>(
    db,
    'audit_records',
    `SELECT (extract(epoch FROM "at") * 1000000)::bigint AS "micros", "chain", "seq", "actor", "actorId", "action",
       "targetType", "targetId", "identityId", "connectionId", "tool", "outcome", "reason", "reference", "sessionId",
       "count", "data", "previousHash", "hash"
     FROM "AuditEvent" ORDER BY "chain" COLLATE "C", "seq", "at"`,
  )
  for await (const { micros, previousHash, hash, ...row } of rows) {
    yield {
      chain: row.chain,
      seq: row.seq,
      at: new Date(Number(micros / 1000n)),
      previousHash,
      hash,
      rehash: (previous) => auditHash(previous, { ...row, atMicros: micros }),
      bodyIntact: true,
    }
  }
}

export const auditHeads = (db: Db): AsyncGenerator<Leaf> =>
  streamRows<Leaf>(
    db,
    'audit_heads',
    `SELECT "chain", "seq", "hash" FROM "AuditChain" WHERE "seq" > 0 ORDER BY "chain" COLLATE "C"`,
  )

/** What checkpoints signed about chains of one kind; up to and without `before`, the first that is not trustworthy. */
export async function* signedLeaves(
  db: Db,
  kind: 'audit' | 'session',
  before: bigint | null,
): AsyncGenerator<Leaf & { checkpoint: bigint }> {
  const rows = streamRows<{ chain: string; seq: bigint; hash: string; checkpoint: bigint }>(
    db,
    `${kind}_leaves`,
    `SELECT substr(leaf->>'chain', ${kind.length + 2}) AS "chain", (leaf->>'seq')::bigint AS "seq",
       leaf->>'hash' AS "hash", c."seq" AS "checkpoint"
     FROM "Checkpoint" c, jsonb_array_elements(c."leaves") leaf
     WHERE leaf->>'chain' LIKE '${kind}:%' ${before === null ? '' : `AND c."seq" < ${before}`}
     ORDER BY substr(leaf->>'chain', ${kind.length + 2}) COLLATE "C", (leaf->>'seq')::bigint, c."seq"`,
  )
  for await (const { hash, ...row } of rows) yield { ...row, hash: Buffer.from(hash, 'hex') }
}

type CheckpointRow = Omit<Checkpoint, 'leaves'> & { leaves: unknown }

/** In order. `leaves` of what no longer reads as a checkpoint are null. */
export async function* storedCheckpoints(
  db: Db,
): AsyncGenerator<Omit<Checkpoint, 'leaves'> & { leaves: Leaf[] | null }> {
  const rows = streamRows<CheckpointRow>(db, 'checkpoints', 'SELECT * FROM "Checkpoint" ORDER BY "seq"', 50)
  for await (const row of rows) yield { ...row, leaves: leavesOrNull(row.leaves) }
}

function leavesOrNull(stored: unknown): Leaf[] | null {
  try {
    return readLeaves(stored)
  } catch {
    return null
  }
}
