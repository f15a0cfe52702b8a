import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, type Tx } from '@/lib/db'
import { Conflict, DomainError, Forbidden, parseInput } from '@/lib/errors'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { mayCertify } from './authority'
import { refreshSeen } from './inventory-commands'
import {
  closeToolReview,
  forgetSighting,
  pinTool,
  readSightings,
  type ToolReview,
  toolReviewForUpdate,
} from './tool-review-store'

export const DecideToolReview = z.object({
  reviewId: z.string(),
  verdict: z.enum(['certify', 'reject']),
  comment: z.string().trim().max(500).optional(),
})
export type DecideToolReview = z.input<typeof DecideToolReview>

/**
 * Certifies the definition that the review shows, which pins it and lifts the quarantine; or rejects it, which keeps the
 * tool out until its server offers another one.
 * @throws Conflict when the server offers another one by now: what was looked at is what is certified
 */
export async function decideToolReview(
  actor: Actor,
  input: DecideToolReview,
  now = new Date(),
): Promise<Applied<ToolReview>> {
  const { reviewId, verdict, comment } = parseInput(DecideToolReview, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const review = await toolReviewForUpdate(tx, actor, reviewId)
    if (!mayCertify(actor, review.connection)) {
      throw new Forbidden('Only an administrator or the owner of the connection may certify its tools.')
    }
    if (review.status !== 'open') throw new Conflict(`This was ${review.status} already.`)
    if (verdict === 'certify') await certify(tx, actor, review, now)
    await closeToolReview(tx, review.id, {
      status: verdict === 'certify' ? 'certified' : 'rejected',
      actor,
      comment: comment || null,
      now,
    })
    recordAudit(tx, actor, {
      action: verdict === 'certify' ? 'tool.certified' : 'tool.rejected',
      targetType: 'tool_review',
      targetId: review.id,
      connectionId: review.connection.id,
      tool: review.tool,
      reason: comment || null,
      data: { cause: review.cause, digest: review.digest, resembles: review.resembles },
    })
    return review
  })
}

async function certify(tx: Tx, actor: Actor, review: ToolReview, now: Date): Promise<void> {
  await changePolicy(tx)
  if (await pinTool(tx, review, actor, now)) return
  throw new Conflict('The server offers another definition by now. Look at that one.')
}

/** Asks servers again at which a gateway saw something else than is known. */
export async function followSightings(): Promise<void> {
  // All at once: a server that is slow to answer, or cannot be asked, must not keep the others' tools in use.
  const followed = await Promise.allSettled((await readSightings(db())).map(follow))
  for (const each of followed) if (each.status === 'rejected') throw each.reason
}

async function follow(sighting: { connectionId: string; seenAt: Date }): Promise<void> {
  try {
    await refreshSeen(sighting.connectionId)
  } catch (error) {
    // It was archived meanwhile, or its credential does not open: there is nothing to ask, now or in two seconds.
    if (!(error instanceof DomainError)) throw error
  }
  await forgetSighting(db(), sighting)
}
