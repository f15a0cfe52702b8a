import type { RefusalReason } from '@/lib/domain'
import { readSpan, skipSpace, spansAt } from '@/lib/mcp/json-source'
import type { McpNotification } from '@/lib/mcp/message'
import type { Asked } from '@/lib/policies/evaluate'
import type { Gateway } from './call'
import { stillAllowed } from './decide'
import type { Exchange } from './exchange'

/**
 * Why a client does not get to hear a notification: it is about what it may not ask for, or about what somebody else has
 * asked. A server that has one credential for many callers tells each of them everything. Null when it may be heard.
 *
 * `source` is the message's own text. Of equal keys all count, because the client may read another one than the gateway.
 */
export async function unheard(
  gateway: Gateway,
  exchange: Exchange,
  { method, params }: McpNotification,
  source: string,
): Promise<RefusalReason | null> {
  switch (method) {
    case 'notifications/resources/updated':
      return firstDenied(
        gateway,
        exchange,
        textsAt(source, 'uri').map((uri) => ({ kind: 'resource', uri })),
      )
    case 'notifications/tasks/status':
    case 'notifications/tasks':
      return unheardTask(gateway, exchange, textsAt(source, 'taskId'))
    case 'notifications/progress':
      return isOwnProgress(exchange, params?.progressToken) ? null : 'nothing_open'
    default:
      return null
  }
}

async function unheardTask(
  gateway: Gateway,
  exchange: Exchange,
  taskIds: readonly string[],
): Promise<RefusalReason | null> {
  const { identityId, connection } = exchange.caller
  const own = await gateway.tasks.own(identityId, connection.id, taskIds)
  if (taskIds.length === 0 || taskIds.some((id) => !own.has(id))) return 'unknown_task'
  return firstDenied(
    gateway,
    exchange,
    taskIds.map((id) => ({ kind: 'tool', name: own.get(id)! })),
  )
}

function firstDenied(gateway: Gateway, { caller }: Exchange, asked: readonly Asked[]): RefusalReason | null {
  for (const each of asked) {
    const ruling = stillAllowed(gateway, caller, each)
    if (ruling.effect === 'deny') return ruling.reason
  }
  return null
}

/** In a protocol session all progress is its own. Without one, clients of one server use equal tokens. */
function isOwnProgress({ own, session }: Exchange, token: unknown): boolean {
  if (session.protocolHash !== null) return true
  return token !== undefined && [...own.values()].some(({ progressToken }) => progressToken === token)
}

const textsAt = (source: string, key: string): string[] =>
  spansAt(source, skipSpace(source, 0), ['params', key]).map((span) => String(readSpan(source, span)))
