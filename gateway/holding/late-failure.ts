import type { Gateway, PendingRequest } from '@/gateway/call'
import type { Exchange } from '@/gateway/exchange'
import { localAnswer } from '@/gateway/record'
import { errorMessage } from '@/gateway/refusal'
import { readServerMessage } from '@/lib/mcp/message'

/**
 * A server's HTTP error, where the status of the answer has gone out already because its call was held: as a message.
 * What is one already stays as it is.
 */
export async function asLateFailure(
  gateway: Gateway,
  exchange: Exchange,
  request: PendingRequest,
  body: string,
  status: number,
): Promise<string> {
  const read = readServerMessage(body)
  const [message] = read.ok && !read.batch ? read.messages : []
  if (message?.kind === 'response' && message.idSource === request.idSource) return body
  const detail = `It answered with HTTP status ${status}.`
  const text = errorMessage(gateway, 'upstream_invalid', exchange.reference, request.id, { detail })
  await gateway.recorder.record({ messages: [localAnswer(text, exchange.session, request)] })
  return text
}
