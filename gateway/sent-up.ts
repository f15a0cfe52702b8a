import type { ServerQuestion } from '@/lib/domain'
import { withoutCapabilities } from '@/lib/mcp/client-capabilities'
import type { Caller, Gateway, Posted, Ruling } from './call'
import { resumed, type SliceState } from './holding/slice-state'
import { withOpenedState } from './request-state'

/** One message as it goes upstream, before anything in it is masked. */
export interface SentUp {
  text: string
  /** What the server is not told that it could ask. */
  withheld: ServerQuestion[]
  /** Where it is the next slice of a wait. */
  slice: SliceState | null
  /** As its client would have sent it without that. */
  whole: string
}

/** The messages of a body without what is between the client and the gateway only. @throws Refusal */
export function sentUp(
  gateway: Gateway,
  caller: Caller,
  posted: Posted,
  rulings: readonly Ruling[],
  refuse: readonly ServerQuestion[],
): SentUp[] {
  return rulings.map((ruling) => {
    const { message } = ruling
    const slice = posted.text.slice(message.start, message.end)
    if (message.kind !== 'request') return { text: slice, withheld: [], slice: null, whole: slice }
    const { text, slice: waited } = resumed(gateway, caller, message, slice, Date.now())
    const sent = withoutCapabilities(withOpenedState(gateway, caller, ruling, text), message, refuse)
    return { ...sent, slice: waited, whole: text }
  })
}
