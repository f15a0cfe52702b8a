import { auditHash, GENESIS } from '@/lib/audit/chain'
import { bodyDigest, messageHash } from '@/lib/sessions/chain'
import type { ApprovalStep, ClosedCall, OpenedCall, RecordEntry } from './entry'

export interface Head {
  seq: number
  hash: Buffer
}

/** The last link of every chain this writer has, as far as it is known to be committed. */
export interface Heads {
  sessions: ReadonlyMap<string, Head>
  audit: Head
}

export interface Writer {
  /** Replica and boot: no other process ever writes to these chains. */
  id: string
  auditChain: string
  actor: string
}

/** Rows of one batch as the statement in insert.ts takes them. */
export interface FormedBatch {
  messages: Record<string, unknown>[]
  openedCalls: OpenedCall[]
  closedCalls: ClosedCall[]
  releasedCalls: string[]
  approvals: ApprovalStep[]
  audits: Record<string, unknown>[]
  touched: string[]
  /** What servers ask of clients who get to hear it. */
  questions: { sessionId: string; rpcId: string }[]
  /** Where the chains stand once this batch is committed: only those that it moves. */
  sessionHeads: Map<string, Head>
  auditHead: Head | null
}

const GENESIS_HEAD: Head = { seq: 0, hash: GENESIS }

/** Links the messages and events of a batch to their chains. The heads themselves advance only on commit. */
export function formBatch(entries: readonly RecordEntry[], heads: Heads, writer: Writer): FormedBatch {
  const batch: FormedBatch = {
    messages: [],
    openedCalls: [],
    closedCalls: [],
    releasedCalls: [],
    approvals: [],
    audits: [],
    touched: [],
    questions: [],
    sessionHeads: new Map(),
    auditHead: null,
  }
  const touched = new Set<string>()
  const questions = new Map<string, { sessionId: string; rpcId: string }>()
  for (const entry of entries) {
    for (const message of entry.messages ?? []) {
      const head = batch.sessionHeads.get(message.sessionId) ?? heads.sessions.get(message.sessionId) ?? GENESIS_HEAD
      const seq = head.seq + 1
      const digest = bodyDigest(message.body)
      const atMicros = BigInt(message.atMicros)
      const { sessionId, callId, direction, frame, kind, rpcId, method, tool, body, bytes, redactions, decision } =
        message
      const hash = messageHash(head.hash, {
        atMicros,
        sessionId,
        writer: writer.id,
        seq,
        callId,
        direction,
        frame,
        kind,
        rpcId,
        method,
        tool,
        bodyDigest: digest,
        bytes,
        redactions,
        decision,
      })
      // Spelled out, like the events below: spreading a row costs more than hashing it.
      batch.messages.push({
        atMicros: message.atMicros,
        sessionId,
        seq,
        callId,
        direction,
        frame,
        kind,
        rpcId,
        method,
        tool,
        body,
        bodyDigest: digest.toString('hex'),
        bytes,
        redactions,
        decision,
        previousHash: head.hash.toString('hex'),
        hash: hash.toString('hex'),
      })
      batch.sessionHeads.set(message.sessionId, { seq, hash })
      if (direction === 'server' && kind === 'request' && rpcId !== null && !isWithheld(decision)) {
        questions.set(JSON.stringify([sessionId, rpcId]), { sessionId, rpcId })
      }
    }
    for (const event of entry.audits ?? []) {
      const head: Head = batch.auditHead ?? heads.audit
      const seq = head.seq + 1
      const { actor, auditChain: chain } = writer
      const { action, targetType, targetId, identityId, connectionId, tool, outcome, reason, reference } = event
      const { sessionId, count, data } = event
      const hash = auditHash(head.hash, {
        atMicros: BigInt(event.atMicros),
        chain,
        seq: BigInt(seq),
        actor,
        actorId: null,
        action,
        targetType,
        targetId,
        identityId,
        connectionId,
        tool,
        outcome,
        reason,
        reference,
        sessionId,
        count,
        data,
      })
      batch.audits.push({
        atMicros: event.atMicros,
        seq,
        action,
        targetType,
        targetId,
        identityId,
        connectionId,
        tool,
        outcome,
        reason,
        reference,
        sessionId,
        count,
        data,
        previousHash: head.hash.toString('hex'),
        hash: hash.toString('hex'),
      })
      batch.auditHead = { seq, hash }
    }
    if (entry.openedCalls) batch.openedCalls.push(...entry.openedCalls)
    if (entry.closedCalls) batch.closedCalls.push(...entry.closedCalls)
    if (entry.releasedCalls) batch.releasedCalls.push(...entry.releasedCalls)
    if (entry.approvals) batch.approvals.push(...entry.approvals)
    for (const id of entry.touched ?? []) touched.add(id)
  }
  batch.touched = [...touched]
  batch.questions = [...questions.values()]
  return batch
}

const isWithheld = (decision: unknown): boolean => (decision as { effect?: unknown } | null)?.effect === 'withheld'

export const newHeads = () => ({ sessions: new Map<string, Head>(), audit: GENESIS_HEAD })
