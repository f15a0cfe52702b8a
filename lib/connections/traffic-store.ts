import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'

export interface ConnectionTraffic {
  /** One number for each day, oldest first, today last. */
  daily: number[]
  calls: number
  refused: number
  liveSessions: number
}

const DAY_MS = 86_400_000

/** Calls of the last `days` UTC days by connection id: all of them, or of the connections the actor owns. */
export async function connectionTraffic(
  { client }: Db,
  actor: Actor,
  now: Date,
  days = 30,
): Promise<Map<string, ConnectionTraffic>> {
  const owner = seesEverything(actor) ? null : (actor.id ?? '')
  const first = Math.floor(now.getTime() / DAY_MS) - days + 1
  const connections = await client.connection.findMany({
    where: owner === null ? {} : { ownerId: owner },
    select: { id: true, _count: { select: { sessions: { where: { endedAt: null } } } } },
  })
  const rows = await client.$queryRaw<{ connectionId: string; day: number; calls: bigint; refused: bigint }[]>`
    SELECT "connectionId", floor(extract(epoch FROM "startedAt") / 86400)::int AS "day", count(*) AS "calls",
      count(*) FILTER (WHERE "outcome" IN ('refused', 'blocked')) AS "refused"
    FROM "Call" WHERE "startedAt" >= ${new Date(first * DAY_MS)} AND "connectionId" = ANY(${connections.map(({ id }) => id)})
    GROUP BY 1, 2`
  const traffic = new Map<string, ConnectionTraffic>()
  for (const { id, _count } of connections) {
    traffic.set(id, { daily: new Array<number>(days).fill(0), calls: 0, refused: 0, liveSessions: _count.sessions })
  }
  for (const row of rows) {
    const entry = traffic.get(row.connectionId)
    if (entry === undefined || row.day - first >= days) continue
    entry.daily[row.day - first] = Number(row.calls)
    entry.calls += Number(row.calls)
    entry.refused += Number(row.refused)
  }
  return traffic
}
