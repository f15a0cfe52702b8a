import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { GatheredBytes } from '@/lib/gathered-bytes'
import { type McpMessage, readClientBody } from '@/lib/mcp/message'
import { eraOf, PROTOCOL_VERSION_META } from '@/lib/mcp/revisions'
import { type Posted, Refusal } from './call'

const MAX_BODY_BYTES = 10 * 1024 * 1024
/** Ten megabytes in single bytes are ten million events, and keep everyone else waiting. */
const MAX_PIECES = 50_000
const HEADER_MISMATCH = -32020

/** Reads a body up to the limit, and stops reading at it. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const { headers } = request
  const type = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
  if (!type.test(headers['content-type'] ?? '')) throw new Refusal('unsupported_media_type')
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Refusal('unsupported_media_type', { detail: 'Send it without compression.' })
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new Refusal('request_too_large')
  return new Promise((resolve, reject) => {
    const body = new GatheredBytes()
    let pieces = 0
    let isTooLarge = false
    request.on('data', (chunk: Buffer) => {
      isTooLarge ||= body.length + chunk.length > MAX_BODY_BYTES || ++pieces > MAX_PIECES
      if (!isTooLarge) return body.add(chunk)
      body.take()
      reject(new Refusal('request_too_large'))
    })
    request.on('end', () => resolve(body.take()))
    request.on('error', reject)
    request.on('close', () => request.complete || reject(new Refusal('malformed_request')))
  })
}

/** Bytes → messages, or a refusal where two readers could disagree about them. */
export function parse(headers: IncomingHttpHeaders, bytes: Buffer): Posted {
  const accept = headers.accept ?? '*/*'
  if (!/application\/(json|\*)|text\/event-stream|\*\/\*/i.test(accept)) throw new Refusal('not_acceptable')
  if (!isUtf8(bytes)) throw new Refusal('malformed_request', { detail: 'The body is not UTF-8.' })
  const text = bytes.toString('utf8')
  const read = readClientBody(text)
  if (!read.ok) throw new Refusal(read.reason, { detail: read.detail, id: read.id })
  const { messages, batch } = read
  const revision = claimedRevision(messages)
  const era = revision !== null && eraOf(revision) === 'modern' ? 'modern' : 'legacy'
  for (const message of messages) checkAgreement(headers, message, revision)
  if (batch && (era === 'modern' || headers['mcp-method'] !== undefined)) {
    throw new Refusal('malformed_request', { detail: 'This protocol version has no batches.' })
  }
  return { text, bytes, messages, batch, era }
}

/** Decide on the body, then check that the headers agree: whoever routes or limits by them must see the same call. */
function checkAgreement(headers: IncomingHttpHeaders, message: McpMessage, revision: string | null): void {
  const id = message.id
  const mismatch = (what: string) =>
    new Refusal('ambiguous_request', {
      detail: `The header ${what} and the body do not agree.`,
      code: HEADER_MISMATCH,
      id,
    })
  const version = headers['mcp-protocol-version']
  if (typeof version === 'string' && eraOf(version) === null) throw new Refusal('unsupported_protocol', { id })
  if (revision !== null) {
    if (eraOf(revision) === null) throw new Refusal('unsupported_protocol', { id })
    if (version !== revision) throw mismatch('MCP-Protocol-Version')
  }
  const isModern = revision !== null && eraOf(revision) === 'modern'
  const method = headers['mcp-method']
  if (method === undefined ? isModern && message.kind !== 'response' : method !== message.method) {
    throw mismatch('Mcp-Method')
  }
  const name = headers['mcp-name']
  const mustName = isModern && message.method !== null && NAMED.has(message.method)
  if (name === undefined ? mustName : decodeHeader(String(name)) !== message.target) throw mismatch('Mcp-Name')
}

/** Methods whose target a modern client repeats in `Mcp-Name`. */
const NAMED = new Set(['tools/call', 'resources/read', 'prompts/get'])

function claimedRevision(messages: readonly McpMessage[]): string | null {
  for (const { params } of messages) {
    const meta = params?._meta
    if (typeof meta !== 'object' || meta === null || !Object.hasOwn(meta, PROTOCOL_VERSION_META)) continue
    const claimed = (meta as Record<string, unknown>)[PROTOCOL_VERSION_META]
    if (typeof claimed === 'string') return claimed
  }
  return null
}

/** `=?base64?…?=` carries what a header cannot (2026-07-28, Streamable HTTP). Null for what does not decode. */
export function decodeHeader(value: string): string | null {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)
  if (!encoded) return value
  const bytes = Buffer.from(encoded[1]!, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}
