import type { RefusalReason } from '@/lib/domain'
import { REASON_TEXT } from '@/lib/words'

/** Why nothing passes on an access path now: a few words for a badge, the sentence for its tooltip. */
export function standingOf(reason: RefusalReason): { short: string; text: string } {
  const short: Partial<Record<RefusalReason, string>> = {
    excluded: 'removed in a review',
    identity_disabled: 'identity disabled',
    identity_ended: 'past its end date',
    identity_without_owner: 'nobody owns it',
    not_granted: 'grants are over',
  }
  return { short: short[reason] ?? 'refused', text: REASON_TEXT[reason] }
}
