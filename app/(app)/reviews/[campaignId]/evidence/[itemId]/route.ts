import { toEvidence } from '@/app/(app)/reviews/review-views'
import { currentActor } from '@/lib/auth'
import { itemEvidence } from '@/lib/campaigns/evidence-store'
import { db } from '@/lib/db'
import { DomainError } from '@/lib/errors'
import { listSessions } from '@/lib/sessions/store'

interface Context {
  params: Promise<{ campaignId: string; itemId: string }>
}

/** Evidence on one item. A route and not an action: actions wait in line, and a reviewer walks faster than that. */
export async function GET(_request: Request, { params }: Context) {
  const { itemId } = await params
  const actor = await currentActor()
  if (actor === null) return Response.json({ message: 'Sign in again.' }, { status: 401 })
  try {
    const evidence = await itemEvidence(db(), actor, itemId, new Date())
    const { identity, connection } = evidence.snapshot
    const { sessions } = await listSessions(db(), actor, {
      identity: identity.id,
      connection: connection.id,
      limit: 20,
    })
    return Response.json(toEvidence(evidence, new Set(sessions.map((session) => session.id))), {
      headers: { 'cache-control': 'no-store' },
    })
  } catch (error) {
    if (error instanceof DomainError) return Response.json({ message: error.message }, { status: error.status })
    throw error
  }
}
