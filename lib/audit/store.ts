import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Tx } from '@/lib/db'
import { auditHash, type ChainedAuditEvent } from './chain'

/** The chain that web and CLI share; every gateway boot has its own. */
export const CONTROL_CHAIN = 'control'

/** PostgreSQL takes 65,535 parameters a statement. */
const ROWS_AT_ONCE = 1_000

export interface AuditDraft {
  /** `noun.verb-in-the-past`: `grant.revoked`, `item.decided`. */
  action: string
  targetType?: string
  targetId?: string
  identityId?: string | null
  connectionId?: string | null
  tool?: string | null
  outcome?: string | null
  reason?: string | null
  reference?: string | null
  sessionId?: string | null
  /** For what is counted, such as the refusals of one minute. */
  count?: number
  /** Before and after, or what was asked for. Never a secret: it is shown and exported as it is. */
  data?: Prisma.InputJsonValue
}

const drafts = new WeakMap<Tx, { actor: Actor; draft: AuditDraft }[]>()

/**
 * Adds an event to the transaction. It is appended by the transaction's last statements, because the head row of the
 * chain is locked from then to the commit and everybody else waits for it.
 */
export function recordAudit(tx: Tx, actor: Actor, draft: AuditDraft): void {
  const pending = drafts.get(tx) ?? []
  if (pending.length === 0) {
    drafts.set(tx, pending)
    tx.beforeCommit.set('audit', () => appendAudit(tx, pending))
  }
  pending.push({ actor, draft })
}

async function appendAudit(tx: Tx, pending: { actor: Actor; draft: AuditDraft }[]): Promise<void> {
  const chain = tx.auditChain ?? CONTROL_CHAIN
  await tx.client.$executeRaw`
    INSERT INTO "AuditChain" ("chain", "seq", "hash") VALUES (${chain}, 0, ${Buffer.alloc(32)})
    ON CONFLICT ("chain") DO NOTHING`
  const heads = await tx.client.$queryRaw<{ seq: bigint; hash: Uint8Array; micros: bigint }[]>`
    SELECT "seq", "hash", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS "micros"
    FROM "AuditChain" WHERE "chain" = ${chain} FOR UPDATE`
  let { seq, hash } = heads[0]!
  const { micros } = heads[0]!
  const rows: Prisma.Sql[] = []
  for (const { actor, draft } of pending) {
    seq += 1n
    const event = chained(chain, actor, draft, seq, micros)
    const previous = hash
    hash = auditHash(previous, event)
    rows.push(Prisma.sql`('epoch'::timestamptz + ${micros} * interval '1 microsecond', ${event.chain}, ${event.seq},
      ${event.actor}, ${event.actorId}, ${event.action}, ${event.targetType}, ${event.targetId}, ${event.identityId},
      ${event.connectionId}, ${event.tool}, ${event.outcome}, ${event.reason}, ${event.reference}, ${event.sessionId},
      ${event.count}, ${JSON.stringify(event.data)}::jsonb, ${previous}, ${hash})`)
  }
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await tx.client.$executeRaw`
      INSERT INTO "AuditEvent" ("at", "chain", "seq", "actor", "actorId", "action", "targetType", "targetId",
        "identityId", "connectionId", "tool", "outcome", "reason", "reference", "sessionId", "count", "data",
        "previousHash", "hash")
      VALUES ${Prisma.join(rows.slice(from, from + ROWS_AT_ONCE))}`
  }
  await tx.client.$executeRaw`
    UPDATE "AuditChain" SET "seq" = ${seq}, "hash" = ${hash}, "updatedAt" = clock_timestamp()
    WHERE "chain" = ${chain}`
}

const chained = (chain: string, actor: Actor, draft: AuditDraft, seq: bigint, atMicros: bigint): ChainedAuditEvent => ({
  atMicros,
  chain,
  seq,
  actor: actor.label,
  actorId: actor.id,
  action: draft.action,
  targetType: draft.targetType ?? null,
  targetId: draft.targetId ?? null,
  identityId: draft.identityId ?? null,
  connectionId: draft.connectionId ?? null,
  tool: draft.tool ?? null,
  outcome: draft.outcome ?? null,
  reason: draft.reason ?? null,
  reference: draft.reference ?? null,
  sessionId: draft.sessionId ?? null,
  count: draft.count ?? 1,
  data: JSON.parse(JSON.stringify(draft.data ?? {})) as unknown,
})
