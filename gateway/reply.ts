import { REASON_TEXT, type RefusalReason } from '@/lib/domain'
import { NO_MASKS } from '@/lib/masking/plan'
import type { McpRequest } from '@/lib/mcp/message'
import type { Gateway } from './call'
import { nowMicros } from './clock'
import { copiesOf, recordable } from './copies'
import type { Exchange } from './exchange'
import type { MessageDraft } from './recorder/entry'
import { codeOf } from './refusal'

const REPLY_MS = 10_000

/** What the gateway says to a server in place of the client, which never hears the question. */
export interface Reply {
  body: string
  draft: MessageDraft
}

/** The refusal of a server's request, under its id as the server wrote it. */
export function refusingReply({ session, reference }: Exchange, request: McpRequest, reason: RefusalReason): Reply {
  const error = { code: codeOf(reason), message: REASON_TEXT[reason], data: { reason, reference } }
  const body = `{"jsonrpc":"2.0","id":${request.idSource},"error":${JSON.stringify(error)}}`
  return {
    body,
    draft: {
      atMicros: nowMicros(),
      sessionId: session.id,
      callId: null,
      direction: 'client',
      frame: 'local',
      kind: 'response',
      rpcId: recordable(request.idSource!, session.placeholderKey),
      method: null,
      tool: null,
      body: copiesOf(body, session.placeholderKey, NO_MASKS).recorded,
      bytes: Buffer.byteLength(body),
      redactions: {},
      decision: null,
    },
  }
}

/**
 * Sends what is recorded already. One after the other, and nothing of the stream goes on before: a server that floods with
 * questions waits for its own answers. One that does not take them has to wait for its own time limit.
 */
export async function sendReplies(gateway: Gateway, exchange: Exchange, replies: readonly Reply[]): Promise<void> {
  for (const { body } of replies) await sendReply(gateway, exchange, Buffer.from(body))
}

async function sendReply(gateway: Gateway, exchange: Exchange, body: Buffer): Promise<void> {
  const {
    'mcp-session-id': sessionId,
    'mcp-protocol-version': version,
    'user-agent': agent,
  } = exchange.arrival.request.headers
  const sent = gateway.send({
    method: 'POST',
    caller: exchange.caller,
    session: exchange.session,
    era: exchange.era,
    sent: {
      'mcp-session-id': sessionId,
      'mcp-protocol-version': version,
      'user-agent': agent,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    posted: null,
    body,
    endpoint: exchange.mailbox,
  })
  const timer = setTimeout(() => sent.abort(), REPLY_MS)
  try {
    const { status, body: said } = await sent.answer
    said.on('error', () => {}).resume()
    if (status >= 300) gateway.log.warn({ reference: exchange.reference, status }, 'a server did not take a refusal')
  } catch {
    gateway.log.warn({ reference: exchange.reference }, 'a server could not be told of a refusal')
  } finally {
    clearTimeout(timer)
  }
}
