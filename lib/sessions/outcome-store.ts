import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'

export interface DayOfOutcomes {
  /** UTC, `2026-11-22`. */
  day: string
  /** Passed with nothing masked, answered with an error by the server or cut short included. */
  allowed: number
  masked: number
  held: number
  blocked: number
  /** Refused, or answered too late and withheld. */
  refused: number
}

const DAY_MS = 86_400_000

/** The last `days` UTC days, today last and none left out: of all calls, or of what the viewer is or owns. */
export async function dailyOutcomes({ client }: Db, viewer: Actor, now: Date, days = 30): Promise<DayOfOutcomes[]> {
  const first = Math.floor(now.getTime() / DAY_MS) - days + 1
  const me = viewer.id ?? ''
  const visible = seesEverything(viewer)
    ? Prisma.sql`true`
    : Prisma.sql`("identityId" IN (SELECT "id" FROM "Identity" WHERE ${me} IN ("id", "ownerId"))
        OR "connectionId" IN (SELECT "id" FROM "Connection" WHERE "ownerId" = ${me}))`
  const rows = await client.$queryRaw<
    { day: number; allowed: bigint; masked: bigint; held: bigint; blocked: bigint; refused: bigint }[]
  >`
    SELECT floor(extract(epoch FROM "startedAt") / 86400)::int AS "day",
      count(*) FILTER (WHERE "outcome" NOT IN ('refused', 'blocked', 'held', 'withheld') AND "redactions" = '{}') AS "allowed",
      count(*) FILTER (WHERE "outcome" NOT IN ('refused', 'blocked', 'held', 'withheld') AND "redactions" <> '{}') AS "masked",
      count(*) FILTER (WHERE "outcome" = 'held') AS "held",
      count(*) FILTER (WHERE "outcome" = 'blocked') AS "blocked",
      count(*) FILTER (WHERE "outcome" IN ('refused', 'withheld')) AS "refused"
    FROM "Call" WHERE "startedAt" >= ${new Date(first * DAY_MS)} AND ${visible} GROUP BY 1`
  const known = new Map(rows.map((row) => [row.day, row]))
  return Array.from({ length: days }, (_, index) => {
    const row = known.get(first + index)
    return {
      day: new Date((first + index) * DAY_MS).toISOString().slice(0, 10),
      allowed: Number(row?.allowed ?? 0n),
      masked: Number(row?.masked ?? 0n),
      held: Number(row?.held ?? 0n),
      blocked: Number(row?.blocked ?? 0n),
      refused: Number(row?.refused ?? 0n),
    }
  })
}
