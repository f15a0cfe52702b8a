import type { CallOutcome, Redactions, RefusalReason, ServerQuestion } from '@/lib/domain'
import type { HeldStory } from './held'

/** What the gateway decided about a message, as it stands in the record. */
export type RecordedDecision =
  | {
      effect: 'allow'
      grants?: string[]
      rules?: string[]
      masked?: Redactions
      removed?: number
      delivered?: false
      /** What the server was not told that it could ask. */
      refuse?: ServerQuestion[]
    }
  /** It waited for people; what they said came later, and is in `held`. */
  | { effect: 'hold'; grants?: string[]; rules?: string[] }
  | { effect: 'deny'; reason: string; reasons: string[] }
  | { effect: 'withheld'; reason: string }

/** A message of a recording without its body. Everything in it was said by others: text, never markup. */
export interface ReplayMessage {
  /** `WRITER/SEQ` */
  id: string
  atMicros: number
  seq: number
  callId: string | null
  direction: 'client' | 'server'
  frame: 'http' | 'json' | 'sse' | 'local'
  kind: 'request' | 'response' | 'notification'
  rpcId: string | null
  method: string | null
  tool: string | null
  bytes: number
  /** One line about the body. */
  summary: string
  /** What the recording hides. */
  redactions: Redactions
  decision: RecordedDecision | null
  outcome: CallOutcome | null
  reason: RefusalReason | null
  reference: string | null
  /** What rules hid from the client in this call. */
  masked: Redactions
  /** What became of its approval, where there is one. */
  held: HeldStory | null
}

/** What `/sessions/ID/messages` answers. */
export interface RecordingPage {
  messages: ReplayMessage[]
  more: boolean
  /** Somebody may still speak. */
  live: boolean
}

/** One message in full, as `/sessions/ID/message` answers. */
export interface MessageBody {
  id: string
  body: string | null
  bodyDigest: string
  previousHash: string
  hash: string
  checkpoint: { seq: string; at: string } | null
}

export interface ReplaySession {
  id: string
  identity: { id: string; name: string; kind: 'human' | 'service' | 'pipeline' | 'agent' }
  connection: { slug: string; name: string }
  owner: string | null
  client: string | null
  startedAt: string
  endedAt: string | null
  endReason: string | null
  live: boolean
  calls: number
  refused: number
}

/** The grants that decisions name, by id: their reason, or what else tells them apart. */
export type GrantNames = Record<string, string>

export interface ChainVerdict {
  chains: number
  records: number
  breaks: { messageId: string; seq: string; problem: string; text: string }[]
}

/** Milliseconds since the first message, to the microsecond. */
export const offsetOf = (message: Pick<ReplayMessage, 'atMicros'>, startMicros: number): number =>
  (message.atMicros - startMicros) / 1000

/** What to call it: the tool it calls, else its method. */
export const titleOf = (message: ReplayMessage): string =>
  message.tool ?? message.method ?? (message.kind === 'response' ? 'response' : message.kind)

export const sumOf = (redactions: Redactions): number =>
  Object.values(redactions).reduce((sum, count) => sum + (count ?? 0), 0)

/** `12 EMAIL, 4 PHONE`, most first. */
export const redactionWords = (redactions: Redactions): string =>
  Object.entries(redactions)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${count.toLocaleString('en-US')} ${type.replaceAll('_', ' ')}`)
    .join(', ')
