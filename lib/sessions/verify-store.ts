import { atOneMoment, streamRows } from '@/lib/audit/chain-store'
import type { Leaf } from '@/lib/audit/merkle'
import { type ChainsReport, verifyChains, type WalkedRecord } from '@/lib/audit/verify'
import type { Db } from '@/lib/db'
import { type ChainedMessage, messageHash } from './chain'

interface Row extends Omit<ChainedMessage, 'atMicros'> {
  micros: bigint
  previousHash: Uint8Array
  hash: Uint8Array
  bodyIntact: boolean
}

/** Every message of every session, or of one, sorted by chain and seq. Only inside a transaction. */
export async function* messageRecords(db: Db, sessionId?: string): AsyncGenerator<WalkedRecord> {
  const rows = streamRows<Row>(
    db,
    'message_records',
    // Bodies are digested where they are: a long history must not travel to be checked.
    `SELECT (extract(epoch FROM "at") * 1000000)::bigint AS "micros", "sessionId", "writer", "seq", "callId", "direction",
       "frame", "kind", "rpcId", "method", "tool", "bodyDigest", "bytes", "redactions", "decision", "previousHash", "hash",
       "body" IS NULL OR pg_catalog.sha256(pg_catalog.convert_to("body", 'UTF8')) = "bodyDigest" AS "bodyIntact"
     FROM "RecordedMessage" ${only(sessionId)}
     ORDER BY ("sessionId" || ' ' || "writer") COLLATE "C", "seq", "at"`,
  )
  for await (const { micros, previousHash, hash, bodyIntact, ...row } of rows) {
    yield {
      chain: `${row.sessionId} ${row.writer}`,
      seq: BigInt(row.seq),
      at: new Date(Number(micros / 1000n)),
      previousHash,
      hash,
      rehash: (previous) => messageHash(previous, { ...row, atMicros: micros }),
      bodyIntact,
    }
  }
}

export const messageHeads = (db: Db, sessionId?: string): AsyncGenerator<Leaf> =>
  streamRows<Leaf>(
    db,
    'message_heads',
    `SELECT "sessionId" || ' ' || "writer" AS "chain", "seq"::bigint AS "seq", "hash" FROM "SessionChain"
     ${only(sessionId)} ORDER BY ("sessionId" || ' ' || "writer") COLLATE "C"`,
  )

/** The chain badge of a replay: every chain of one session against its heads. */
export async function verifySession(sessionId: string): Promise<ChainsReport> {
  return atOneMoment((db) => verifyChains(messageRecords(db, sessionId), messageHeads(db, sessionId), none()))
}

async function* none(): AsyncGenerator<Leaf & { checkpoint: bigint }> {}

const SESSION_ID = /^[A-Za-z0-9_-]+$/

function only(sessionId: string | undefined): string {
  if (sessionId === undefined) return ''
  // A cursor takes no parameters, so what goes into its text must not be able to end a string.
  if (!SESSION_ID.test(sessionId)) throw new RangeError('not a session id')
  return `WHERE "sessionId" = '${sessionId}'`
}
