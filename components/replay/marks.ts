import type { RefusalReason } from '@/lib/domain'
import { REASON_TEXT } from '@/lib/words'
import { heldInWords } from './held'
import { type GrantNames, type ReplayMessage, redactionWords, sumOf } from './recording'

export type MarkKind = 'refused' | 'withheld' | 'held' | 'error' | 'masked'

/** What makes a message worth stopping at. */
export function markOf(message: ReplayMessage): MarkKind | null {
  if (message.decision?.effect === 'deny') return 'refused'
  if (message.decision?.effect === 'withheld') return 'withheld'
  if (message.decision?.effect === 'hold') return 'held'
  if (message.kind !== 'response') return null
  // The gateway's own answer repeats the refusal of its question.
  if (message.frame === 'local') return null
  if (message.outcome === 'withheld') return 'withheld'
  if (message.outcome === 'error') return 'error'
  return sumOf(message.masked) > 0 || sumOf(maskedBy(message)) > 0 ? 'masked' : null
}

export const MARK_LABEL: Record<MarkKind, string> = {
  refused: 'refused',
  withheld: 'withheld',
  held: 'held',
  error: 'error',
  masked: 'masked',
}

export type RibbonTone = 'neutral' | 'no' | 'cut' | 'hold' | 'mask' | 'accent' | 'expired'

export interface Ribbon {
  tone: RibbonTone
  icon: 'check' | 'x' | 'lock' | 'eye-off' | 'pause' | 'warning' | 'filter' | 'running' | 'unplug'
  text: string
}

/** What was decided about a message, each in a few words. */
export function ribbonsOf(message: ReplayMessage, grants: GrantNames, answered: boolean): Ribbon[] {
  const { decision } = message
  const ribbons: Ribbon[] = []
  if (decision?.effect === 'deny')
    ribbons.push({ tone: 'no', icon: 'x', text: `refused: ${reasonWords(decision.reason)}` })
  if (decision?.effect === 'hold')
    ribbons.push({ tone: 'hold', icon: 'pause', text: heldInWords(message.held, decision.rules ?? []) })
  if (decision?.effect === 'withheld')
    ribbons.push({ tone: 'no', icon: 'eye-off', text: `withheld: ${reasonWords(decision.reason)}` })
  else if (message.kind === 'response' && message.outcome === 'withheld')
    ribbons.push({ tone: 'no', icon: 'eye-off', text: `withheld: ${reasonWords(message.reason ?? 'access_ended')}` })
  if (decision?.effect === 'allow' && decision.grants && message.callId !== null)
    ribbons.push({ tone: 'neutral', icon: 'check', text: allowedBy(decision.grants, grants) })
  if (message.kind === 'request' && message.callId !== null && !answered) {
    if (message.outcome === 'in_flight') ribbons.push({ tone: 'accent', icon: 'running', text: 'still running' })
    if (message.outcome === 'interrupted')
      ribbons.push({ tone: 'expired', icon: 'unplug', text: 'interrupted: the gateway stopped before the answer' })
  }
  if (message.kind === 'response' && message.frame !== 'local' && message.outcome === 'error')
    ribbons.push({ tone: 'cut', icon: 'warning', text: 'the server answered with an error' })
  const masked = message.kind === 'response' || message.kind === 'notification' ? maskedBy(message) : {}
  if (sumOf(masked) > 0) ribbons.push({ tone: 'mask', icon: 'lock', text: `masked ${redactionWords(masked)}` })
  if (decision?.effect === 'allow' && decision.removed)
    ribbons.push({ tone: 'neutral', icon: 'filter', text: `${decision.removed} left out of the list, no grant` })
  if (decision?.effect === 'allow' && decision.refuse)
    ribbons.push({ tone: 'neutral', icon: 'filter', text: `${decision.refuse.join(', ')} not offered to the server` })
  if (decision?.effect === 'allow' && decision.delivered === false)
    ribbons.push({ tone: 'expired', icon: 'unplug', text: 'the client had gone' })
  return ribbons
}

/** What rules hid from the client in this very message; of older recordings, what they hid in its call. */
export const maskedBy = (message: ReplayMessage) =>
  (message.decision?.effect === 'allow' ? message.decision.masked : undefined) ??
  (message.kind === 'response' ? message.masked : {})

export function allowedBy(ids: readonly string[], grants: GrantNames): string {
  const [first] = ids
  if (first === undefined) return 'allowed'
  const others = ids.length > 1 ? ` and ${ids.length - 1} more` : ''
  const name = grants[first]
  return name ? `allowed by grant “${name}”${others}` : `allowed by ${first}${others}`
}

/** The reason's own sentence, to stand after a colon. */
export function reasonWords(reason: string): string {
  const text = REASON_TEXT[reason as RefusalReason] ?? reason
  const sentence = text.split('. ')[0]!.replace(/\.$/, '')
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
