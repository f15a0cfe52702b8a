import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction } from '@/lib/db'
import { Verdict } from '@/lib/domain'
import { parseInput } from '@/lib/errors'
import { clearDecisions, getItemsForReview, saveDecisions } from './item-store'
import { type DecidedItem, decide, requireJustification, requireReviewer } from './review'

const Comment = z.string().trim().max(2_000).nullish()

export const DecideItem = z.object({
  itemId: z.string(),
  verdict: Verdict,
  /** For a reduce: exact names. Left out, what was used is kept. */
  keepTools: z.array(z.string().min(1).max(300)).max(2_000).optional(),
  comment: Comment,
})
export type DecideItem = z.input<typeof DecideItem>

export const DecideItems = z.object({
  itemIds: z.array(z.string()).min(1).max(2_000),
  verdict: Verdict,
  comment: Comment,
})
export type DecideItems = z.input<typeof DecideItems>

export async function decideItem(actor: Actor, input: DecideItem, now = new Date()): Promise<DecidedItem> {
  const { itemId, verdict, keepTools, comment } = parseInput(DecideItem, input)
  return (await decideAll(actor, [itemId], verdict, keepTools, comment, now))[0]!
}

/** The same verdict on many; a reduce keeps of each what it used. All or none. */
export async function decideItems(actor: Actor, input: DecideItems, now = new Date()): Promise<DecidedItem[]> {
  const { itemIds, verdict, comment } = parseInput(DecideItems, input)
  return decideAll(actor, itemIds, verdict, undefined, comment, now)
}

async function decideAll(
  actor: Actor,
  itemIds: string[],
  verdict: Verdict,
  keepTools: string[] | undefined,
  comment: string | null | undefined,
  now: Date,
): Promise<DecidedItem[]> {
  return inTransaction(async (tx) => {
    const items = await getItemsForReview(tx, actor, itemIds)
    const decided = items.map((item) => decide(item, verdict, keepTools, comment ?? null, actor, now))
    requireJustification(items, verdict, comment)
    await saveDecisions(tx, decided)
    for (const [index, item] of items.entries())
      recordAudit(tx, actor, {
        action: 'item.decided',
        targetType: 'item',
        targetId: item.id,
        identityId: item.identityId,
        connectionId: item.connectionId,
        outcome: verdict,
        data: {
          campaignId: item.campaignId,
          before: item.verdict,
          keepTools: decided[index]!.keepTools,
          comment: decided[index]!.comment,
        },
      })
    return decided
  })
}

/** Takes a verdict back, as long as it is not signed off. */
export async function undoDecision(actor: Actor, input: { itemId: string }): Promise<void> {
  const itemId = parseInput(z.string(), input.itemId)
  await inTransaction(async (tx) => {
    const [item] = await getItemsForReview(tx, actor, [itemId])
    requireReviewer(item!, actor)
    if (item!.verdict === null) return
    await clearDecisions(tx, [itemId])
    recordAudit(tx, actor, {
      action: 'item.undone',
      targetType: 'item',
      targetId: itemId,
      identityId: item!.identityId,
      connectionId: item!.connectionId,
      data: { campaignId: item!.campaignId, before: item!.verdict },
    })
  })
}
