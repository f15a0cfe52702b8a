import { hash } from 'node:crypto'
import { canonicalValue, chainHash } from '@/lib/audit/chain'
import type { Redactions } from '@/lib/domain'

/** One chain per (session, writer), writer = replica + boot: replicas never wait for each other. */
export interface ChainedMessage {
  atMicros: bigint
  sessionId: string
  writer: string
  seq: number
  callId: string | null
  direction: 'client' | 'server'
  frame: 'http' | 'json' | 'sse' | 'local'
  kind: 'request' | 'response' | 'notification'
  rpcId: string | null
  method: string | null
  tool: string | null
  bodyDigest: Uint8Array
  bytes: number
  redactions: Redactions
  decision: unknown
}

/** Over the masked body: a digest of raw text would let whoever holds the record guess short values. */
export const bodyDigest = (maskedBody: string): Buffer => hash('sha256', maskedBody, 'buffer')

/** The body enters by its digest, so retention can drop bodies and the chain still verifies. */
export const messageHash = (previous: Uint8Array, message: ChainedMessage): Buffer =>
  chainHash(previous, [
    'message-1',
    message.atMicros.toString(),
    message.sessionId,
    message.writer,
    message.seq,
    message.callId,
    message.direction,
    message.frame,
    message.kind,
    message.rpcId,
    message.method,
    message.tool,
    Buffer.from(message.bodyDigest).toString('hex'),
    message.bytes,
    canonicalValue(message.redactions),
    canonicalValue(message.decision ?? null),
  ])
