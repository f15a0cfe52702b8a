import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { IdentityKind } from '@/lib/domain'
import { visibleSessions } from './store'

export interface SessionFacets {
  identities: { name: string; displayName: string; kind: IdentityKind; count: number }[]
  connections: { slug: string; name: string; count: number }[]
  /** By how often they were called. */
  tools: { name: string; count: number }[]
}

const DAYS = 90
const MOST = 200

/** What the viewer's sessions of the last 90 days can be narrowed by, with how many sessions (of tools: calls) each has. */
export async function sessionFacets({ client }: Db, viewer: Actor, now: Date): Promise<SessionFacets> {
  const since = new Date(now.getTime() - DAYS * 86_400_000)
  const where = { AND: [visibleSessions(viewer), { startedAt: { gte: since } }] }
  const [byIdentity, byConnection, byTool] = await Promise.all([
    client.session.groupBy({ by: ['identityId'], where, _count: true }),
    client.session.groupBy({ by: ['connectionId'], where, _count: true }),
    client.call.groupBy({
      by: ['target'],
      where: { startedAt: { gte: since }, session: visibleSessions(viewer) },
      _count: true,
      orderBy: { _count: { target: 'desc' } },
      take: MOST,
    }),
  ])
  const [identities, connections] = await Promise.all([
    client.identity.findMany({
      where: { id: { in: byIdentity.map((row) => row.identityId) } },
      select: { id: true, name: true, displayName: true, kind: true },
      orderBy: { name: 'asc' },
    }),
    client.connection.findMany({
      where: { id: { in: byConnection.map((row) => row.connectionId) } },
      select: { id: true, slug: true, name: true },
      orderBy: { slug: 'asc' },
    }),
  ])
  return {
    identities: identities.map(({ id, ...identity }) => ({
      ...identity,
      count: byIdentity.find((row) => row.identityId === id)?._count ?? 0,
    })),
    connections: connections.map(({ id, ...connection }) => ({
      ...connection,
      count: byConnection.find((row) => row.connectionId === id)?._count ?? 0,
    })),
    tools: byTool.map((row) => ({ name: row.target, count: row._count })),
  }
}
