import { z } from 'zod'
import type { HeldStory } from '@/components/replay/held'
import type { RecordedDecision, ReplayMessage } from '@/components/replay/recording'
import { summaryOf } from '@/components/replay/summary'
import type { Actor } from '@/lib/actor'
import { approvalsOfSession } from '@/lib/approvals/session-store'
import { db } from '@/lib/db'
import type { MessageOutline } from '@/lib/sessions/replay-store'
import type { SessionView } from '@/lib/sessions/store'

const Counts = z.record(z.string(), z.number())

const Decision = z.discriminatedUnion('effect', [
  z.object({
    effect: z.literal('allow'),
    grants: z.array(z.string()).optional(),
    rules: z.array(z.string()).optional(),
    masked: Counts.optional(),
    removed: z.number().optional(),
    delivered: z.literal(false).optional(),
  }),
  z.object({
    effect: z.literal('hold'),
    grants: z.array(z.string()).optional(),
    rules: z.array(z.string()).optional(),
  }),
  z.object({ effect: z.literal('deny'), reason: z.string(), reasons: z.array(z.string()).default([]) }),
  z.object({ effect: z.literal('withheld'), reason: z.string() }),
])

/** By call id: what became of the approval that it opened, or that let it go upstream. */
export type HeldByCall = ReadonlyMap<string, HeldStory>

export async function readHeld(actor: Actor, session: SessionView): Promise<HeldByCall> {
  const now = Date.now()
  const found = new Map<string, HeldStory>()
  for (const { approvalId, firstCallId, usedCallId, ...held } of await approvalsOfSession(db(), actor, session)) {
    const story = {
      approvalId,
      status: held.status,
      heldMs: Math.max(0, (held.settledAt?.getTime() ?? now) - held.createdAt.getTime()),
      deciders: held.deciders,
    }
    found.set(firstCallId, { ...story, released: usedCallId === firstCallId })
    if (usedCallId !== null) found.set(usedCallId, { ...story, released: true })
  }
  return found
}

/** For the browser: without the body, with one line about it. */
export function toReplayMessage(
  { writer: _, head, isCut, decision, ...message }: MessageOutline,
  held: HeldByCall,
): ReplayMessage {
  return {
    ...message,
    held: (message.callId !== null && held.get(message.callId)) || null,
    summary: summaryOf({ kind: message.kind, method: message.method, head, isCut }),
    decision: (Decision.safeParse(decision).data as RecordedDecision | undefined) ?? null,
  }
}
