import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import { NotFound } from '@/lib/errors'

export interface ServerProcessItem {
  id: string
  sessionId: string
  /** The gateway's name, without its boot. */
  gateway: string
  startedAt: Date
  endedAt: Date | null
  endReason: string | null
  /** Masked with every detector. */
  stderrTail: string
}

/** For who runs the connection: what a server logs is for its engineer, not for its callers. @throws NotFound */
export async function listProcesses(
  { client }: Db,
  actor: Actor,
  connection: { id: string; ownerId: string | null },
  limit = 30,
): Promise<ServerProcessItem[]> {
  const isMine = actor.id !== null && connection.ownerId === actor.id
  if (!isMine && !seesEverything(actor)) throw new NotFound('connection')
  const rows = await client.serverProcess.findMany({
    where: { connectionId: connection.id },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  return rows.map(({ replicaId, connectionId: _connection, ...row }) => ({
    ...row,
    gateway: replicaId.replace(/:[^:]*$/, ''),
  }))
}
