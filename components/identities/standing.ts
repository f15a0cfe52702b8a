import type { IdentityKind } from '@/lib/domain'

/** What is worth a look about an identity; the first one counts as its badge. */
export type Attention = 'disabled' | 'ended' | 'without-owner' | 'owner-gone' | 'ending-soon'

export const ENDING_SOON_DAYS = 30

interface Standing {
  kind: IdentityKind
  /** `gone`: disabled, or past their end date. The identity still calls, but nobody answers for it. */
  owner: 'active' | 'gone' | null
  endsAt: Date | null
  disabledAt: Date | null
}

export function attentionOf({ kind, owner, endsAt, disabledAt }: Standing, now: Date): Attention | null {
  if (disabledAt !== null) return 'disabled'
  if (endsAt !== null && endsAt <= now) return 'ended'
  if (kind !== 'human' && owner === null) return 'without-owner'
  if (kind !== 'human' && owner === 'gone') return 'owner-gone'
  if (endsAt !== null && endsAt.getTime() - now.getTime() <= ENDING_SOON_DAYS * 86_400_000) return 'ending-soon'
  return null
}

export const ATTENTION_LABEL: Record<Attention, string> = {
  disabled: 'disabled',
  ended: 'ended',
  'without-owner': 'without owner',
  'owner-gone': 'owner gone',
  'ending-soon': 'ending soon',
}
