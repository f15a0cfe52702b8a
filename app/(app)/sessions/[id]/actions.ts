'use server'

import type { ActionResult } from '@/components/action-result'
import { requireActor } from '@/lib/auth'
import { DomainError } from '@/lib/errors'
import { endSession } from '@/lib/sessions/commands'

/** The page follows its session and sees the end by itself: rendering it again would be another opening on record. */
export async function endSessionAction({ sessionId }: { sessionId: string }): Promise<ActionResult> {
  const actor = await requireActor()
  try {
    await endSession(actor, sessionId)
    return { ok: true, value: null, lagging: [] }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { ok: false, message: error.message, problems: [] }
  }
}
