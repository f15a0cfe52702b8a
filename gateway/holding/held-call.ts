import { type Caller, type PendingRequest, type Posted, Refusal, type Ruling, type SessionRef } from '@/gateway/call'
import type { RecordedRequest } from '@/gateway/record'
import type { SentUp } from '@/gateway/sent-up'
import type { McpRequest } from '@/lib/mcp/message'
import { onlyRequest, paramsSourceOf, type ShownCall, shownCallOf } from './shown-call'
import type { SliceState } from './slice-state'
import type { Said } from './terms'

/** A recorded call that goes nowhere until people have agreed. */
export interface HeldCall {
  message: McpRequest
  request: PendingRequest
  said: Said
  shown: ShownCall
  /** Source text of its params, with what the client alone carries. */
  carried: string
  /** Of an earlier slice of this wait. */
  slice: SliceState | null
}

/** The one call of a body that rules hold; null where there is none. @throws Refusal */
export function heldCallOf(
  posted: Posted,
  rulings: readonly Ruling[],
  sent: readonly SentUp[],
  { requests, entry }: RecordedRequest,
  session: SessionRef,
): HeldCall | null {
  if (rulings[0]?.decision.effect !== 'hold') return null
  const message = onlyRequest(posted)
  const [request] = requests
  const [up] = sent
  const [recorded] = entry.messages ?? []
  if (message === null || message.target === null || !request || !up || !recorded) throw new Refusal('internal_error')
  const paramsSource = paramsSourceOf(up.text)
  return {
    message,
    request,
    said: { method: message.method, target: message.target, paramsSource },
    shown: shownCallOf(message, recorded.body, session),
    carried: paramsSourceOf(up.whole),
    slice: up.slice,
  }
}

/** Of what an audit event about its approval says whose it is. */
export const auditFrameOf = ({ request }: HeldCall, caller: Caller, session: SessionRef) => ({
  identityId: caller.identityId,
  connectionId: caller.connection.id,
  tool: request.target,
  reference: request.reference,
  sessionId: session.id,
  targetType: 'approval' as const,
})
