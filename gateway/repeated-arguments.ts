import type { IncomingHttpHeaders } from 'node:http'
import { argumentAt, pathsTo, says } from '@/lib/mcp/header-params'
import type { McpMessage } from '@/lib/mcp/message'
import { targetParamOf } from '@/lib/mcp/revisions'
import { type PolicySnapshot, toolKey } from '@/lib/policies/snapshot'
import { decodeHeader, encodeHeader, mismatch } from './agreement'
import { type Caller, type Posted, Refusal } from './call'

const PARAM = 'mcp-param-'

/**
 * Where the inventory knows which argument a header repeats, it must be that one: whoever routes by `Mcp-Param-Region` must
 * see the region of the call, not another argument that happens to say the same. What is missing is for the server to
 * miss, which knows its schema better than yesterday's list. @throws Refusal
 */
export function checkRepeatedArguments(
  policy: PolicySnapshot,
  { connection }: Caller,
  headers: IncomingHttpHeaders,
  { messages }: Posted,
): void {
  for (const message of messages) {
    if (message.method !== 'tools/call' || message.target === null) continue
    for (const { header, path } of policy.headerParams.get(toolKey(connection.id, message.target)) ?? []) {
      const value = headers[header]
      if (value === undefined) continue
      const said = decodeHeader(String(value))
      if (said === null || !says(said, argumentAt(message.params?.arguments, path))) throw mismatch(header, message)
    }
  }
}

/**
 * Headers that repeat what a rule has masked say what the body says now: else the server would read there what it must not
 * see, and refuse a call whose two halves disagree. @throws Refusal where it cannot be told what a header repeats.
 */
export function headersOfMasked(
  policy: PolicySnapshot,
  { connection }: Caller,
  headers: IncomingHttpHeaders,
  posted: Posted,
  body: Buffer,
): IncomingHttpHeaders {
  const repeating = Object.keys(headers).filter((name) => name === 'mcp-name' || name.startsWith(PARAM))
  if (repeating.length === 0) return headers
  const [message] = posted.messages
  // No revision that has batches has these headers.
  if (posted.batch || message === undefined) return without(headers, repeating)
  const { params } = JSON.parse(body.toString('utf8')) as { params?: Record<string, unknown> }
  const declared = policy.headerParams.get(toolKey(connection.id, message.target ?? '')) ?? []
  const changed = { ...headers }
  for (const name of repeating) {
    const said = decodeHeader(String(headers[name]))
    const path = declared.find(({ header }) => header === name)?.path
    const now =
      said === null ? null : name === 'mcp-name' ? nameNow(message, params) : saidNow(said, message, params, path)
    if (now === null) {
      throw new Refusal('ambiguous_request', { detail: `What ${name} repeats is masked on its way.`, id: message.id })
    }
    if (now !== said) changed[name] = encodeHeader(now)
  }
  return changed
}

type Params = Record<string, unknown> | undefined

function nameNow({ method }: McpMessage, params: Params): string | null {
  const key = targetParamOf(method ?? '')
  const target = key === null ? undefined : params?.[key]
  return typeof target === 'string' ? target : null
}

/** Without a schema it may repeat any argument that says so, and all of these must have become the same. */
function saidNow(said: string, message: McpMessage, params: Params, path?: readonly string[]): string | null {
  const paths = path ? [path] : pathsTo(message.params?.arguments, said)
  const values = paths.map((each) => argumentAt(params?.arguments, each))
  const texts = new Set(values.map((value) => (says(said, value) ? said : String(value))))
  return texts.size === 1 ? [...texts][0]! : null
}

const without = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
