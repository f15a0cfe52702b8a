import type { Db } from '@/lib/db'

/** Calls that one rule blocked or held on one connection. */
export interface RuleHits {
  /** By name, as the audit event keeps it. */
  rule: string
  slug: string
  calls: number
  lastAt: Date
}

/** What rules blocked and held since a moment. */
export async function ruleHitsSince({ client }: Db, since: Date): Promise<RuleHits[]> {
  const rows = await client.$queryRaw<{ rule: string; slug: string; calls: bigint; lastAt: Date }[]>`
    SELECT r.rule, c."slug", count(*) AS "calls", max(e."at") AS "lastAt"
    FROM "AuditEvent" e JOIN "Connection" c ON c."id" = e."connectionId",
      jsonb_array_elements_text(
        CASE jsonb_typeof(e."data"->'rules') WHEN 'array' THEN e."data"->'rules' ELSE '[]'::jsonb END
      ) AS r(rule)
    WHERE e."at" >= ${since} AND e."targetType" = 'call' AND e."outcome" IN ('blocked', 'held')
    GROUP BY 1, 2`
  return rows.map((row) => ({ ...row, calls: Number(row.calls) }))
}
