import type { Db } from '@/lib/db'
import type { MaskedValues } from './mask-usage'

/** What was masked in answers since a moment, over everybody's calls: counts by connection, tool and type, no values. */
export async function maskedSince({ client }: Db, since: Date): Promise<MaskedValues[]> {
  const rows = await client.$queryRaw<
    { slug: string; name: string; type: string; values: bigint; calls: bigint; lastAt: Date }[]
  >`
    SELECT c."slug",
      CASE k."method" WHEN 'prompts/get' THEN 'prompt:' WHEN 'resources/read' THEN 'resource:' ELSE '' END || k."target"
        AS "name",
      r.key AS "type", sum(r.value::bigint)::bigint AS "values", count(*) AS "calls", max(k."startedAt") AS "lastAt"
    FROM "Call" k JOIN "Connection" c ON c."id" = k."connectionId", jsonb_each_text(k."redactions") r
    WHERE k."startedAt" >= ${since} GROUP BY 1, 2, 3`
  return rows.map((row) => ({ ...row, values: Number(row.values), calls: Number(row.calls) }))
}
