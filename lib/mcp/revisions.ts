/** Protocol revisions, oldest first. https://modelcontextprotocol.io/specification/versioning */
export const LEGACY_REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const
export const MODERN_REVISIONS = ['2026-07-28'] as const

export type Revision = (typeof LEGACY_REVISIONS)[number] | (typeof MODERN_REVISIONS)[number]
export type Era = 'legacy' | 'modern'

/** What a Streamable HTTP request without `MCP-Protocol-Version` speaks (2025-06-18, transports). */
export const ASSUMED_REVISION: Revision = '2025-03-26'

/** Where a modern request carries its revision: `params._meta`. */
export const PROTOCOL_VERSION_META = 'io.modelcontextprotocol/protocolVersion'
export const CLIENT_CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities'

/** Null for a revision nobody here knows. */
export function eraOf(revision: string): Era | null {
  if ((MODERN_REVISIONS as readonly string[]).includes(revision)) return 'modern'
  if ((LEGACY_REVISIONS as readonly string[]).includes(revision)) return 'legacy'
  return null
}

export const isKnownRevision = (revision: string): revision is Revision => eraOf(revision) !== null

const TARGET_PARAM = new Map<string, 'name' | 'uri' | 'taskId'>([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['resources/subscribe', 'uri'],
  ['resources/unsubscribe', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/result', 'taskId'],
  ['tasks/cancel', 'taskId'],
  ['tasks/update', 'taskId'],
])

/** The param that names what a request acts on; null for methods that act on nothing named. */
export const targetParamOf = (method: string): 'name' | 'uri' | 'taskId' | null => TARGET_PARAM.get(method) ?? null

const NAMED_IN_HEADER = new Set([
  'tools/call',
  'resources/read',
  'prompts/get',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
])

/** Whether a modern client repeats what the request acts on in `Mcp-Name`. */
export const isMirroredInName = (method: string | null): boolean => method !== null && NAMED_IN_HEADER.has(method)

const CALL_METHODS = new Set(['tools/call', 'resources/read', 'prompts/get'])

/** Whether a request counts as a Call: what usage, rules and audit are about. */
export const isCallMethod = (method: string): boolean => CALL_METHODS.has(method)
