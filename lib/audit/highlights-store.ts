import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { IdentityKind, RefusalReason } from '@/lib/domain'
import { mayRead } from './search-store'

/** What somebody who was away should know, newest first. */
export interface Highlight {
  /** `call.refused`, `remediation.verified`, `campaign.launched` … */
  action: string
  at: Date
  actor: string
  identity: { id: string; name: string; displayName: string; kind: IdentityKind } | null
  connection: { slug: string; name: string } | null
  tool: string | null
  reason: RefusalReason | string | null
  /** How often: refusals of one kind stand together. */
  count: number
  /** Values that were masked in one answer. */
  values: number
  targetId: string | null
  /** The campaign that it belongs to, when there is one. */
  campaign: { id: string; name: string } | null
}

const CHANGES = [
  'remediation.verified',
  'remediation.failed',
  'campaign.launched',
  'campaign.completed',
  'campaign.cancelled',
  'exclusion.lifted',
  'grant.refused',
  'connection.tools_changed',
  'session.end_requested',
]
const REFUSALS = ['call.refused', 'call.blocked', 'call.withheld', 'request.refused', 'question.refused']

// However busy the gateways are, the page looks back over this much and no further.
const NEWEST_CALLS = 5_000
const NEWEST_CHANGES = 1_000
/** Fewer masked values in one answer are everyday life. */
const MANY_VALUES = 10

type Row = Omit<Highlight, 'identity' | 'connection' | 'campaign' | 'count' | 'values'> & {
  identityId: string | null
  identityName: string | null
  displayName: string | null
  kind: IdentityKind | null
  slug: string | null
  connectionName: string | null
  campaignId: string | null
  campaignName: string | null
  count: bigint
  values: bigint
}

export async function auditHighlights({ client }: Db, viewer: Actor, limit = 6): Promise<Highlight[]> {
  const rows = await client.$queryRaw<Row[]>`
    WITH calls AS (
      SELECT e.* FROM "AuditEvent" e WHERE e."chain" <> 'control' AND ${mayRead(viewer)}
      ORDER BY e."at" DESC LIMIT ${NEWEST_CALLS}
    ), changes AS (
      SELECT e.* FROM "AuditEvent" e WHERE e."chain" = 'control' AND ${mayRead(viewer)}
      ORDER BY e."seq" DESC LIMIT ${NEWEST_CHANGES}
    ), refused AS (
      SELECT 'call.refused' AS "action", max("at") AS "at", max("actor") AS "actor", "identityId", "connectionId", "tool",
        "reason", sum("count")::bigint AS "count", 0::bigint AS "values", NULL::text AS "targetId",
        NULL::text AS "campaignId"
      FROM calls WHERE "action" IN (${Prisma.join(REFUSALS)}) AND "identityId" IS NOT NULL
      GROUP BY "identityId", "connectionId", "tool", "reason"
    ), masked AS (
      SELECT DISTINCT ON ("identityId", "connectionId", "tool") 'call.masked' AS "action", "at", "actor", "identityId",
        "connectionId", "tool", NULL::text AS "reason", 1::bigint AS "count", m."values", NULL::text AS "targetId",
        NULL::text AS "campaignId"
      FROM calls, LATERAL (SELECT coalesce(sum(r.value::bigint), 0)::bigint AS "values"
        FROM jsonb_each_text(calls."data"->'redactions') r) m
      WHERE "action" = 'call.masked' AND m."values" >= ${MANY_VALUES}
      ORDER BY "identityId", "connectionId", "tool", m."values" DESC
    ), changed AS (
      SELECT "action", "at", "actor", "identityId", "connectionId", "tool", "reason", 1::bigint, 0::bigint, "targetId",
        CASE WHEN "targetType" = 'campaign' THEN "targetId" ELSE "data"->>'campaignId' END
      FROM changes WHERE "action" IN (${Prisma.join(CHANGES)})
    )
    SELECT h."action", h."at", h."actor", h."tool", h."reason", h."count", h."values", h."targetId", h."identityId",
      i."name" AS "identityName", i."displayName", i."kind", c."slug", c."name" AS "connectionName", h."campaignId",
      p."name" AS "campaignName"
    FROM (SELECT * FROM refused UNION ALL SELECT * FROM masked UNION ALL SELECT * FROM changed) h
    LEFT JOIN "Identity" i ON i."id" = h."identityId"
    LEFT JOIN "Connection" c ON c."id" = h."connectionId"
    LEFT JOIN "Campaign" p ON p."id" = h."campaignId"
    ORDER BY h."at" DESC LIMIT ${limit}`
  return rows.map((row) => ({
    action: row.action,
    at: row.at,
    actor: row.actor,
    identity:
      row.identityId !== null && row.identityName !== null
        ? { id: row.identityId, name: row.identityName, displayName: row.displayName!, kind: row.kind! }
        : null,
    connection: row.slug === null ? null : { slug: row.slug, name: row.connectionName! },
    tool: row.tool,
    reason: row.reason,
    count: Number(row.count),
    values: Number(row.values),
    targetId: row.targetId,
    campaign:
      row.campaignId === null || row.campaignName === null ? null : { id: row.campaignId, name: row.campaignName },
  }))
}
