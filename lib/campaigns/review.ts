import type { Actor } from '@/lib/actor'
import type { CampaignStatus, Verdict } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput } from '@/lib/errors'
import type { ItemSnapshot } from './campaign'
import { mayNotReview, type ReviewSubject } from './reviewers'

/** What a verdict is decided on. */
export interface ItemUnderReview {
  id: string
  campaignStatus: CampaignStatus
  /** As the identity is now: an owner who took it over after launch must not decide about it either. */
  subject: ReviewSubject
  reviewerId: string
  signedOff: boolean
  verdict: Verdict | null
  snapshot: Pick<ItemSnapshot, 'tools' | 'coversEverything' | 'risk' | 'identity' | 'connection'>
}

export interface DecidedItem {
  itemId: string
  verdict: Verdict
  keepTools: string[]
  comment: string | null
  /** Null only for the system, when a deadline passed. */
  decidedById: string | null
  decidedBy: string
  decidedAt: Date
}

/**
 * A verdict stays pending, and can be undone, until it is signed off.
 * @param keepTools what a reduce keeps; left out, it keeps what was used.
 */
export function decide(
  item: ItemUnderReview,
  verdict: Verdict,
  keepTools: readonly string[] | undefined,
  comment: string | null,
  actor: Actor,
  now: Date,
): DecidedItem {
  const decidedById = requireReviewer(item, actor)
  return {
    itemId: item.id,
    verdict,
    keepTools: verdict === 'reduce' ? toolsToKeep(item, keepTools) : [],
    comment: comment?.trim() || null,
    decidedById,
    decidedBy: actor.label,
    decidedAt: now,
  }
}

/** Only the assigned reviewer decides: not an administrator, not the subject, not the owner who stands behind it. */
export function requireReviewer(item: ItemUnderReview, actor: Actor): string {
  if (actor.id === null) throw new Forbidden('Only a person decides. Name the reviewer with --as.')
  const reason = mayNotReview(item.subject, actor.id)
  if (reason !== null) throw new Forbidden(`${capital(reason)}. An administrator can hand the item to someone else.`)
  if (actor.id !== item.reviewerId) throw new Forbidden('Only the reviewer this item is assigned to decides about it.')
  if (item.campaignStatus !== 'open') throw new Conflict(`This campaign is ${item.campaignStatus}.`)
  if (item.signedOff) throw new Conflict('This item is signed off and does not change any more.')
  return actor.id
}

/** Certifying dangerous access by the dozen is how rubber stamps look; it takes a sentence at least. */
export function requireJustification(
  items: readonly ItemUnderReview[],
  verdict: Verdict,
  comment: string | null | undefined,
): void {
  if (verdict !== 'certify' || items.length < 2 || comment?.trim()) return
  const high = items.filter((item) => item.snapshot.risk === 'high').length
  if (high > 0)
    throw new InvalidInput(`${high} of these ${items.length} items are high risk. Say why they are certified.`, [
      { path: 'comment', message: 'needed to certify high-risk items together' },
    ])
}

function toolsToKeep(item: ItemUnderReview, keepTools: readonly string[] | undefined): string[] {
  const granted = new Set(item.snapshot.tools.map((tool) => tool.name))
  const path = `${item.snapshot.identity.name} on ${item.snapshot.connection.slug}`
  const keep = keepTools ?? item.snapshot.tools.filter((tool) => tool.calls > 0).map((tool) => tool.name)
  if (keep.length === 0)
    throw new InvalidInput(`Name at least one tool that ${path} keeps; to keep none, revoke.`, [
      { path: 'keepTools', message: 'at least one tool' },
    ])
  const strange = keep.filter((name) => !granted.has(name))
  if (strange.length > 0)
    throw new InvalidInput(`${path} has no access to ${strange.join(', ')}, so it cannot be kept.`, [
      { path: 'keepTools', message: 'only tools that are granted now' },
    ])
  const kept = [...new Set(keep)].sort()
  // Under `*`, keeping every known tool still takes away the ones nobody has seen yet.
  if (kept.length === granted.size && !item.snapshot.coversEverything)
    throw new InvalidInput(`This keeps everything that ${path} has. Certify it, or leave something out.`, [
      { path: 'keepTools', message: 'leave at least one tool out' },
    ])
  return kept
}

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)
