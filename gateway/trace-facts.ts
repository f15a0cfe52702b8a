import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { Caller, Posted, RequestTrace, SessionRef } from './call'

/**
 * Says on its trace what a body is, once it was decided on: so its methods are known ones. A tool's name is the client's
 * word until policy knows a tool of that name, and a client may write a customer's name there.
 */
export function tell(
  trace: RequestTrace,
  policy: PolicySnapshot,
  { identityId, connection }: Caller,
  { messages }: Posted,
  session: SessionRef | null,
): void {
  const [first] = messages
  const isCall = messages.length === 1 && first?.method === 'tools/call' && first.target !== null
  trace.note({
    identity: identityId,
    connection: connection.slug,
    session: session?.id,
    messages: messages.length,
    method: messages.length === 1 ? (first?.method ?? 'response') : 'batch',
    tool: isCall && policy.tools.get(connection.id)?.has(first.target!) ? first.target! : undefined,
  })
  const meta = first?.params?._meta as Record<string, unknown> | null | undefined
  if (meta !== null && typeof meta === 'object') trace.followMeta(meta.traceparent)
}
