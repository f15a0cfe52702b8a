import type { ServerQuestion } from '@/lib/domain'
import { withoutCapabilities } from '@/lib/mcp/client-capabilities'
import type { Caller, Gateway, Posted, Ruling } from './call'
import { withOpenedState } from './request-state'

/** One message as it goes upstream, before anything in it is masked. */
export interface SentUp {
  text: string
  /** What the server is not told that it could ask. */
  withheld: ServerQuestion[]
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
    if (message.kind !== 'request') return { text: slice, withheld: [] }
    return withoutCapabilities(withOpenedState(gateway, caller, ruling, slice), message, refuse)
  })
}
