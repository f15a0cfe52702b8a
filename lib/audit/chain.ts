import { hash } from 'node:crypto'

/** Hash chains: `hash = SHA-256(previous hash ‖ canonical row)`. Both the recorder and the verifier form rows here. */

export const GENESIS: Buffer = Buffer.alloc(32)

export interface ChainedAuditEvent {
  atMicros: bigint
  chain: string
  seq: bigint
  actor: string
  actorId: string | null
  action: string
  targetType: string | null
  targetId: string | null
  identityId: string | null
  connectionId: string | null
  tool: string | null
  outcome: string | null
  reason: string | null
  reference: string | null
  sessionId: string | null
  count: number
  data: unknown
}

export const auditHash = (previous: Uint8Array, event: ChainedAuditEvent): Buffer =>
  chainHash(previous, [
    'audit-1',
    event.atMicros.toString(),
    event.chain,
    event.seq.toString(),
    event.actor,
    event.actorId,
    event.action,
    event.targetType,
    event.targetId,
    event.identityId,
    event.connectionId,
    event.tool,
    event.outcome,
    event.reason,
    event.reference,
    event.sessionId,
    event.count,
    canonicalValue(event.data),
  ])

/** A JSON array of fields cannot be read two ways, which a plain concatenation could. */
export const chainHash = (previous: Uint8Array, fields: readonly (string | number | null)[]): Buffer =>
  hash('sha256', Buffer.concat([previous, Buffer.from(JSON.stringify(fields))]), 'buffer')

/** JSON with sorted keys, so that a value hashes alike before and after jsonb has reordered it. */
export function canonicalValue(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  let text = ''
  if (Array.isArray(value)) {
    for (const element of value) text += `${text === '' ? '' : ','}${canonicalValue(element)}`
    return `[${text}]`
  }
  const members = value as Record<string, unknown>
  // By UTF-16 code units, as `sort` compares.
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalValue(member)}`
  }
  return `{${text}}`
}
