import type { ReplayMessage } from './recording'

/** A question with its answer, and what came between them; or a message that stands alone. */
export interface Exchange {
  key: string
  /** Positions in the recording, in order. */
  messages: number[]
}

/**
 * Groups a transcript by call: each answer stands with its question, even when other messages were recorded between
 * them. An answer belongs to a call by its id, or to the newest open question of the other side with that JSON-RPC id.
 */
export function groupByExchange(messages: readonly ReplayMessage[]): { exchanges: Exchange[]; exchangeOf: number[] } {
  const exchanges: Exchange[] = []
  const exchangeOf: number[] = []
  const byCall = new Map<string, number>()
  const open = new Map<string, number>()
  messages.forEach((message, index) => {
    const asked =
      message.kind === 'response' ? `${message.direction === 'client' ? 'server' : 'client'} ${message.rpcId}` : null
    const found =
      (message.callId === null ? undefined : byCall.get(message.callId)) ??
      (asked === null ? undefined : open.get(asked))
    const at = found ?? exchanges.length
    if (found === undefined) exchanges.push({ key: message.callId ?? message.id, messages: [] })
    exchanges[at]!.messages.push(index)
    exchangeOf.push(at)
    if (message.callId !== null) byCall.set(message.callId, at)
    if (message.kind === 'request' && message.rpcId !== null) open.set(`${message.direction} ${message.rpcId}`, at)
    if (asked !== null) open.delete(asked)
  })
  return { exchanges, exchangeOf }
}
