import type { IncomingHttpHeaders } from 'node:http'
import type { ClientInfo, Posted } from './call'

const CLIENT_INFO_META = 'io.modelcontextprotocol/clientInfo'

/** What a body's `initialize` says about its client; null when it holds none. */
export function initializeOf({ messages }: Posted): ClientInfo | null {
  const initialize = messages.find((message) => message.kind === 'request' && message.method === 'initialize')
  if (!initialize) return null
  const { clientInfo, protocolVersion } = initialize.params ?? {}
  return { ...nameAndVersion(clientInfo), protocolVersion: text(protocolVersion) }
}

/**
 * The client's name where a conversation has no protocol session id. A modern request carries it; a legacy one only in
 * its `initialize`, so there the User-Agent stands for it in all of the conversation's requests.
 */
export function clientNameOf(posted: Posted | null, headers: IncomingHttpHeaders): string {
  if (posted?.era === 'modern') {
    const meta = posted.messages[0]?.params?._meta as Record<string, unknown> | undefined
    const { name } = nameAndVersion(meta?.[CLIENT_INFO_META])
    if (name !== null) return name
  }
  return headers['user-agent'] ?? ''
}

function nameAndVersion(info: unknown): { name: string | null; version: string | null } {
  const { name, version } = (info ?? {}) as Record<string, unknown>
  return { name: text(name), version: text(version) }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
