import { type Actor, hasRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, inTransaction, type Tx } from '@/lib/db'
import { Conflict, Forbidden } from '@/lib/errors'
import { liveGateways } from '@/lib/policy-version'
import { getSession, type SessionView } from './store'

/** Opening a recording is itself an audit event, each time: whoever looks at conversations is seen looking. */
export async function openRecording(actor: Actor, sessionId: string): Promise<SessionView> {
  return inTransaction(async (tx) => {
    const session = await getSession(tx, actor, sessionId)
    recordAudit(tx, actor, {
      action: 'session.opened',
      targetType: 'session',
      targetId: session.id,
      identityId: session.identity.id,
      connectionId: session.connection.id,
      sessionId: session.id,
    })
    return session
  })
}

/** Asks every gateway to cut the session. For administrators and for the owners of its connection and its identity. */
export async function endSession(actor: Actor, sessionId: string): Promise<SessionView> {
  await inTransaction(async (tx) => {
    const session = await getSession(tx, actor, sessionId)
    await requireMayEnd(tx, actor, sessionId)
    if (session.endedAt !== null) throw new Conflict('This session has already ended.')
    // With no gateway running nobody would answer; the conversation is over as it is.
    const nobodyHolds = (await liveGateways(tx)).length === 0
    await tx.client.session.update({
      where: { id: sessionId },
      data: {
        endRequestedBy: actor.label,
        ...(nobodyHolds ? { endedAt: new Date(), endReason: 'ended', derivedKey: null } : {}),
      },
    })
    await tx.client.$executeRaw`SELECT pg_notify('session', ${sessionId})`
    recordAudit(tx, actor, {
      action: 'session.end_requested',
      targetType: 'session',
      targetId: sessionId,
      identityId: session.identity.id,
      connectionId: session.connection.id,
      sessionId,
    })
  })
  return getSession(db(), actor, sessionId)
}

async function requireMayEnd({ client }: Tx, actor: Actor, sessionId: string): Promise<void> {
  if (hasRole(actor, 'admin')) return
  const owned =
    actor.id === null
      ? 0
      : await client.session.count({
          where: {
            id: sessionId,
            OR: [{ identity: { ownerId: actor.id } }, { connection: { ownerId: actor.id } }],
          },
        })
  if (owned === 0)
    throw new Forbidden('Only an administrator or an owner of its connection or identity ends a session.')
}
