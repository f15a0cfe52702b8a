import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { canonicalJson } from '@/lib/mcp/canonical'
import { membersOf } from '@/lib/mcp/json-source'

/** Whose conversation a call is part of, so that the same call said again finds its approval. */
export interface Conversation {
  sessionId: string
  /** Where the protocol has sessions: it has its own id there. */
  hasProtocolId: boolean
  credentialId: string
  clientName: string | null
}

/** Everything that makes a call this call. Whatever of it changes needs an approval of its own. */
export interface ExactCall {
  identityId: string
  lineage: string
  connectionId: string
  method: string
  /** Tool, prompt or resource, as the client named it. */
  target: string
  /** Source text of `params`: numbers count as they were written. */
  paramsSource: string
  /** Of the tool's definition; empty where there is none. */
  toolDigest: string
  ruleDigest: string
}

/** What says how a call is to be carried, and not what it does. */
const CARRIAGE = new Set(['_meta', 'requestState'])

/** Derived from COUNTERSIGN_SECRET, so that whoever reads the database cannot try arguments against it. */
export const bindingKeyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'countersign', 'approval bindings', 32))

/**
 * A session with an id of its own is its own lineage. Without one, a conversation is a credential and a client name, also
 * when the hour turns and another session row goes on with it.
 */
export const lineageOf = ({ sessionId, hasProtocolId, credentialId, clientName }: Conversation): string =>
  hasProtocolId ? sessionId : `derived:${sha256(JSON.stringify([credentialId, clientName]))}`

/** Of all rules that hold a call, in whichever order they were found. */
export const ruleDigestOf = (digests: readonly string[]): string => sha256(JSON.stringify([...digests].sort()))

/** @throws InvalidInput when the params are not JSON. */
export function bindingOf(key: Uint8Array, call: ExactCall): Buffer {
  const { identityId, lineage, connectionId, method, target, paramsSource, toolDigest, ruleDigest } = call
  const said = [
    identityId,
    lineage,
    connectionId,
    method,
    target,
    canonicalParams(paramsSource),
    toolDigest,
    ruleDigest,
  ]
  // JSON keeps them apart, whatever they contain.
  return createHmac('sha256', key).update(JSON.stringify(said)).digest()
}

function canonicalParams(source: string): string {
  const canonical = canonicalJson(source)
  if (!canonical.startsWith('{')) return canonical
  const kept = membersOf(canonical, 0).filter(({ key }) => !CARRIAGE.has(key))
  return `{${kept.map(({ key, start, end }) => `${JSON.stringify(key)}:${canonical.slice(start, end)}`).join(',')}}`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
