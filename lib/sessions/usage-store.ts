import { Prisma } from '@/generated/prisma/client'
import type { Db } from '@/lib/db'
import type { Redactions } from '@/lib/domain'

/** What an identity really did on a connection. Probes write no calls, so they are not in here. */
export interface PathUsage {
  calls: number
  refused: number
  firstUsedAt: Date | null
  lastUsedAt: Date | null
  /** By name as grants know it: a tool, `prompt:NAME` or `resource:URI`. Refused calls are no use. */
  byTool: Map<string, { calls: number; lastUsedAt: Date }>
}

export interface DayOfCalls {
  /** UTC, `2026-11-22`. */
  day: string
  calls: number
  refused: number
}

const USED = Prisma.sql`"outcome" NOT IN ('refused', 'blocked', 'held')`

/** Keyed `identityId connectionId`; a path without any call has no entry. */
export async function usageByPath({ client }: Db, since: Date): Promise<Map<string, PathUsage>> {
  const rows = await client.$queryRaw<
    {
      identityId: string
      connectionId: string
      name: string
      used: bigint
      refused: bigint
      first: Date | null
      last: Date | null
    }[]
  >`
    SELECT "identityId", "connectionId",
      CASE "method" WHEN 'prompts/get' THEN 'prompt:' WHEN 'resources/read' THEN 'resource:' ELSE '' END || "target" AS "name",
      count(*) FILTER (WHERE ${USED}) AS "used", count(*) FILTER (WHERE NOT (${USED})) AS "refused",
      min("startedAt") FILTER (WHERE ${USED}) AS "first", max("startedAt") FILTER (WHERE ${USED}) AS "last"
    FROM "Call" WHERE "startedAt" >= ${since} GROUP BY 1, 2, 3`
  const usage = new Map<string, PathUsage>()
  for (const row of rows) {
    const key = `${row.identityId} ${row.connectionId}`
    const path = usage.get(key) ?? { calls: 0, refused: 0, firstUsedAt: null, lastUsedAt: null, byTool: new Map() }
    usage.set(key, path)
    path.calls += Number(row.used)
    path.refused += Number(row.refused)
    if (row.first === null || row.last === null) continue
    if (path.firstUsedAt === null || row.first < path.firstUsedAt) path.firstUsedAt = row.first
    if (path.lastUsedAt === null || row.last > path.lastUsedAt) path.lastUsedAt = row.last
    path.byTool.set(row.name, { calls: Number(row.used), lastUsedAt: row.last })
  }
  return usage
}

/** Days without any call are left out. */
export async function dailyCalls(
  { client }: Db,
  path: { identityId: string; connectionId: string },
  since: Date,
): Promise<DayOfCalls[]> {
  const rows = await client.$queryRaw<{ day: string; calls: bigint; refused: bigint }[]>`
    SELECT to_char("startedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS "day",
      count(*) FILTER (WHERE ${USED}) AS "calls", count(*) FILTER (WHERE NOT (${USED})) AS "refused"
    FROM "Call" WHERE "identityId" = ${path.identityId} AND "connectionId" = ${path.connectionId}
      AND "startedAt" >= ${since} GROUP BY 1 ORDER BY 1`
  return rows.map((row) => ({ day: row.day, calls: Number(row.calls), refused: Number(row.refused) }))
}

/** Per tool, prompt or resource: how often it was used and refused. */
export async function callsByTool(
  { client }: Db,
  path: { identityId: string; connectionId: string },
  since: Date,
): Promise<{ name: string; calls: number; refused: number; lastUsedAt: Date | null }[]> {
  const rows = await client.$queryRaw<{ name: string; calls: bigint; refused: bigint; last: Date | null }[]>`
    SELECT CASE "method" WHEN 'prompts/get' THEN 'prompt:' WHEN 'resources/read' THEN 'resource:' ELSE '' END || "target"
        AS "name",
      count(*) FILTER (WHERE ${USED}) AS "calls", count(*) FILTER (WHERE NOT (${USED})) AS "refused",
      max("startedAt") FILTER (WHERE ${USED}) AS "last"
    FROM "Call" WHERE "identityId" = ${path.identityId} AND "connectionId" = ${path.connectionId}
      AND "startedAt" >= ${since} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 500`
  return rows.map((row) => ({
    name: row.name,
    calls: Number(row.calls),
    refused: Number(row.refused),
    lastUsedAt: row.last,
  }))
}

/** What was masked on a path, and how many calls were made since a day (its end date, say). */
export async function maskedOnPath(
  { client }: Db,
  path: { identityId: string; connectionId: string },
  since: Date,
): Promise<Redactions> {
  const rows = await client.$queryRaw<{ type: string; count: bigint }[]>`
    SELECT r.key AS "type", sum(r.value::bigint)::bigint AS "count"
    FROM "Call", jsonb_each_text("redactions") r
    WHERE "identityId" = ${path.identityId} AND "connectionId" = ${path.connectionId} AND "startedAt" >= ${since}
    GROUP BY 1`
  return Object.fromEntries(rows.map((row) => [row.type, Number(row.count)]))
}

export async function callsSince(
  { client }: Db,
  path: { identityId: string; connectionId: string },
  since: Date,
): Promise<number> {
  return client.call.count({ where: { ...path, startedAt: { gte: since } } })
}
