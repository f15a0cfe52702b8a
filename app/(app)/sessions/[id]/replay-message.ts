import { z } from 'zod'
import type { RecordedDecision, ReplayMessage } from '@/components/replay/recording'
import { summaryOf } from '@/components/replay/summary'
import type { MessageOutline } from '@/lib/sessions/replay-store'

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
  z.object({ effect: z.literal('deny'), reason: z.string(), reasons: z.array(z.string()).default([]) }),
  z.object({ effect: z.literal('withheld'), reason: z.string() }),
])

/** For the browser: without the body, with one line about it. */
export function toReplayMessage({ writer: _, head, isCut, decision, ...message }: MessageOutline): ReplayMessage {
  return {
    ...message,
    summary: summaryOf({ kind: message.kind, method: message.method, head, isCut }),
    decision: (Decision.safeParse(decision).data as RecordedDecision | undefined) ?? null,
  }
}
