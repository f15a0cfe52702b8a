import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { auditHash } from './chain'
import { sameBytes } from './checkpoint'
import { type AuditEventView, type AuditRow, mayRead, SELECT_EVENTS, toAuditView } from './search-store'

export interface AuditEventDetail extends AuditEventView {
  previousHash: string
  /** Its hash, formed anew over what the row says now and the hash it continues, is the one it bears. */
  intact: boolean
  /** The event before it in its chain is there and has the hash that this one continues. */
  continues: boolean
  /** The first checkpoint that signed the chain at or after this event; null until one does. */
  checkpoint: { seq: string; at: Date } | null
}

/** @throws NotFound also when it is not the viewer's to see. */
export async function getAuditEvent(
  { client }: Db,
  viewer: Actor,
  { chain, seq }: { chain: string; seq: bigint },
): Promise<AuditEventDetail> {
  const rows = await client.$queryRaw<AuditRow[]>`
    ${SELECT_EVENTS} WHERE e."chain" = ${chain} AND e."seq" = ${seq} AND ${mayRead(viewer)} LIMIT 1`
  const row = rows[0]
  if (row === undefined) throw new NotFound('audit event')
  const near = await client.auditEvent.findMany({
    where: { chain, seq: { in: [seq - 1n, seq] } },
    orderBy: { seq: 'asc' },
    select: { seq: true, hash: true, previousHash: true, actorId: true },
  })
  const own = near.find((each) => each.seq === seq)
  const before = near.find((each) => each.seq === seq - 1n)
  if (own === undefined) throw new NotFound('audit event')
  const rehashed = auditHash(own.previousHash, { ...row, atMicros: row.micros, actorId: own.actorId })
  const signed = await client.$queryRaw<{ seq: bigint; at: Date }[]>`
    SELECT k."seq", k."at" FROM "Checkpoint" k, jsonb_array_elements(k."leaves") leaf
    WHERE k."at" >= 'epoch'::timestamptz + ${row.micros} * interval '1 microsecond'
      AND leaf->>'chain' = ${`audit:${chain}`} AND (leaf->>'seq')::bigint >= ${seq} ORDER BY k."seq" LIMIT 1`
  return {
    ...toAuditView(row),
    previousHash: Buffer.from(own.previousHash).toString('hex'),
    intact: sameBytes(rehashed, own.hash),
    continues:
      seq === 1n
        ? own.previousHash.every((byte) => byte === 0)
        : before !== undefined && sameBytes(before.hash, own.previousHash),
    checkpoint: signed[0] === undefined ? null : { seq: signed[0].seq.toString(), at: signed[0].at },
  }
}
