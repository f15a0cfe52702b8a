import type pg from 'pg'
import { auditHash, GENESIS } from '@/lib/audit/chain'
import { bodyDigest, type ChainedMessage, messageHash } from '@/lib/sessions/chain'

/**
 * Recomputes every chain a gateway wrote, or those of one writer, from the rows alone. Returns what does not fit; nothing
 * when all is well.
 */
export async function brokenChains(client: pg.Client, writer: string | null = null): Promise<string[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  const broken = [...(await brokenMessageChains(client, writer)), ...(await brokenAuditChains(client, writer))]
  await client.query('COMMIT')
  return broken
}

const MICROS = `(extract(epoch FROM "at") * 1000000)::bigint::text AS "micros"`

async function brokenMessageChains(client: pg.Client, writer: string | null): Promise<string[]> {
  type Row = ChainedMessage & { micros: string; body: string; previousHash: Buffer; hash: Buffer }
  const { rows } = await client.query<Row>(
    `SELECT *, ${MICROS} FROM "RecordedMessage" WHERE $1::text IS NULL OR "writer" = $1
     ORDER BY "sessionId", "writer", "seq"`,
    [writer],
  )
  const broken: string[] = []
  const heads = new Map<string, { seq: number; hash: Buffer }>()
  for (const row of rows) {
    const chain = `${row.sessionId} ${row.writer}`
    const head = heads.get(chain) ?? { seq: 0, hash: GENESIS }
    const hash = messageHash(head.hash, { ...row, atMicros: BigInt(row.micros) })
    const fits = row.seq === head.seq + 1 && row.hash.equals(hash) && row.previousHash.equals(head.hash)
    if (!fits || !bodyDigest(row.body).equals(Buffer.from(row.bodyDigest))) broken.push(`${chain} #${row.seq}`)
    heads.set(chain, { seq: row.seq, hash: row.hash })
  }
  const { rows: kept } = await client.query<{ sessionId: string; writer: string; seq: number; hash: Buffer }>(
    'SELECT * FROM "SessionChain" WHERE $1::text IS NULL OR "writer" = $1',
    [writer],
  )
  for (const { sessionId, writer, seq, hash } of kept) {
    const head = heads.get(`${sessionId} ${writer}`)
    if (head?.seq !== seq || !head.hash.equals(hash)) broken.push(`head of ${sessionId} ${writer}`)
  }
  return broken
}

async function brokenAuditChains(client: pg.Client, writer: string | null): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT *, ${MICROS} FROM "AuditEvent" WHERE $1::text IS NULL OR "chain" = 'gateway:' || $1
     ORDER BY "chain", "seq"`,
    [writer],
  )
  const broken: string[] = []
  const heads = new Map<string, Buffer>()
  for (const row of rows) {
    const previous = heads.get(row.chain) ?? GENESIS
    const hash = auditHash(previous, { ...row, atMicros: BigInt(row.micros), seq: BigInt(row.seq) })
    if (!hash.equals(row.hash)) broken.push(`${row.chain} #${row.seq}`)
    heads.set(row.chain, row.hash)
  }
  return broken
}
