'use server'

import { appliedAnswerOf, readAnswerOf } from '@/app/(app)/action-result'
import { requireActor } from '@/lib/auth'
import {
  archiveConnection,
  type ConnectionRef,
  type DecideToolReview,
  decideToolReview,
  type RefreshInventory,
  type RegisterConnection,
  refreshInventory,
  registerConnection,
  type TestUpstream,
  testUpstream,
  type UpdateConnection,
  updateConnection,
} from '@/lib/connections/commands'

export async function testUpstreamAction(input: TestUpstream) {
  const actor = await requireActor()
  return readAnswerOf(() => testUpstream(actor, input))
}

export async function registerConnectionAction(input: RegisterConnection) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await registerConnection(actor, input)
    return { result: { slug: result.connection.slug }, lagging }
  })
}

export async function refreshInventoryAction(input: RefreshInventory) {
  const actor = await requireActor()
  return appliedAnswerOf(() => refreshInventory(actor, input))
}

export async function updateConnectionAction(input: UpdateConnection) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await updateConnection(actor, input)
    return { result: { slug: result.slug }, lagging }
  })
}

export async function archiveConnectionAction(input: ConnectionRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => archiveConnection(actor, input))
}

export async function decideToolReviewAction(input: DecideToolReview) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { lagging } = await decideToolReview(actor, input)
    return { result: {}, lagging }
  })
}
