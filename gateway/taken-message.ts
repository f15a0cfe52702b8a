import type { Redactions, RefusalReason } from '@/lib/domain'
import type { MaskPlan } from '@/lib/masking/plan'
import type { McpMessage } from '@/lib/mcp/message'
import type { PendingRequest } from './call'
import { nowMicros } from './clock'
import { type Copies, recordable } from './copies'
import type { Made } from './current-copies'
import type { Exchange } from './exchange'
import { makeCopies } from './make-copies'
import type { MessageDraft, RecordEntry } from './recorder/entry'
import type { Reply } from './reply'

export interface TakenMessage {
  entry: RecordEntry
  text: string | null
  answered: PendingRequest | null
  isHeard?: boolean
  unasked?: boolean
  ends?: boolean
  reply?: Reply | null
  /** Where it passes: by what policy. */
  made?: Made
}

export function draftOf(
  { session }: Exchange,
  message: McpMessage,
  slice: string,
  frame: 'json' | 'sse',
  body: string,
  redactions: Redactions,
  request?: PendingRequest,
): MessageDraft {
  const { placeholderKey } = session
  return {
    atMicros: nowMicros(),
    sessionId: session.id,
    callId: request?.callId ?? null,
    direction: 'server',
    frame,
    kind: message.kind,
    rpcId: message.idSource === null ? null : recordable(message.idSource, placeholderKey),
    method: message.method === null ? null : recordable(message.method, placeholderKey),
    tool: request?.target ?? null,
    body,
    bytes: Buffer.byteLength(slice),
    redactions,
    decision: null,
  }
}

export function decisionOf({ clientGone }: Exchange, masked: Redactions, removed: number): unknown {
  const decision = {
    ...(Object.keys(masked).length > 0 ? { masked } : {}),
    ...(removed > 0 ? { removed } : {}),
    ...(clientGone ? { delivered: false } : {}),
  }
  return Object.keys(decision).length > 0 ? { effect: 'allow', ...decision } : null
}

/** What a change of policy during a call is to the client, who was allowed to ask. */
export const endedBy = (reason: RefusalReason): RefusalReason => (reason === 'policy_stale' ? reason : 'access_ended')

export async function copiesOfAnswer(
  exchange: Exchange,
  request: PendingRequest,
  text: string,
  plan: MaskPlan,
): Promise<Copies> {
  try {
    return await makeCopies(text, exchange.session.placeholderKey, plan)
  } catch (error) {
    // An answer that cannot be copied is none, and the call has yet to be closed.
    reopen(exchange, [request])
    throw error
  }
}

/** What was taken as an answer and came to nothing: whoever asked is still to be told. */
export function reopen({ unreleased }: Exchange, answered: readonly PendingRequest[]): void {
  for (const request of answered) {
    request.answered = false
    unreleased.delete(request)
  }
}
