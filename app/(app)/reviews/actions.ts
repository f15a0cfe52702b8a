'use server'

import { z } from 'zod'
import { appliedAnswerOf } from '@/app/(app)/action-result'
import type { SaveVerdicts, VerdictChange } from '@/components/workbench/use-verdicts'
import { requireActor } from '@/lib/auth'
import { decideItem, decideItems, undoDecision } from '@/lib/campaigns/review-commands'
import { type SignOffInput, signOff } from '@/lib/campaigns/sign-off-commands'
import { Verdict } from '@/lib/domain'
import { DomainError } from '@/lib/errors'

const Changes = z
  .array(
    z.object({
      itemId: z.string(),
      decision: z
        .object({ verdict: Verdict, keepTools: z.array(z.string()), comment: z.string().nullable() })
        .nullable(),
    }),
  )
  .min(1)
  .max(2_000)

/**
 * No refresh: the workbench shows its own verdicts at once and reads the queue again when the hand rests.
 * A verdict on many is one command, which asks for its justification and holds for all or none.
 */
export const saveVerdictsAction: SaveVerdicts = async (input) => {
  const actor = await requireActor()
  const changes = Changes.parse(input)
  const together = sameForAll(changes)
  if (together !== null) {
    const { verdict, comment } = together
    const refused = await refusal(() =>
      decideItems(actor, { itemIds: changes.map(({ itemId }) => itemId), verdict, comment }),
    )
    return refused === null ? { ok: true, failed: [] } : { ok: false, message: refused }
  }
  const failed: { itemId: string; message: string }[] = []
  for (const { itemId, decision } of changes) {
    const message = await refusal(() =>
      decision === null
        ? undoDecision(actor, { itemId })
        : decideItem(actor, {
            itemId,
            verdict: decision.verdict,
            comment: decision.comment,
            // An empty list is "what was used", which the command knows best.
            ...(decision.keepTools.length > 0 ? { keepTools: decision.keepTools } : {}),
          }),
    )
    if (message !== null) failed.push({ itemId, message })
  }
  return { ok: true, failed }
}

function sameForAll(changes: readonly VerdictChange[]): { verdict: Verdict; comment: string | null } | null {
  const [first] = changes
  if (changes.length < 2 || !first?.decision || first.decision.keepTools.length > 0) return null
  const { verdict, comment } = first.decision
  const same = changes.every(
    ({ decision }) => decision?.verdict === verdict && decision.comment === comment && decision.keepTools.length === 0,
  )
  return same ? { verdict, comment } : null
}

async function refusal(command: () => Promise<unknown>): Promise<string | null> {
  try {
    await command()
    return null
  } catch (error) {
    if (error instanceof DomainError) return error.message
    throw error
  }
}

export async function signOffAction(input: SignOffInput) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await signOff(actor, input)
    return { result: { summary: result.summary }, lagging }
  })
}
