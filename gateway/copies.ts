import { hkdfSync } from 'node:crypto'
import type { MaskType, Redactions } from '@/lib/domain'
import { EVERY_TYPE, findSensitive, maskSpans, maskText, type SensitiveSpan } from '@/lib/masking/mask'
import { membersOf, type SourceSpan, skipSpace } from '@/lib/mcp/json-source'

export interface Copies {
  /** For the other side: without what the rules mask. The very same string when they mask nothing in it. */
  passed: string
  passedRedactions: Redactions
  /** For the record: without anything sensitive. */
  recorded: string
  redactions: Redactions
}

/** One search serves both copies of a message. */
export function copiesOf(text: string, placeholderKey: Buffer, rules: ReadonlySet<MaskType>): Copies {
  const spans = findSensitive(text, EVERY_TYPE)
  if (spans.length === 0) return { passed: text, passedRedactions: {}, recorded: text, redactions: {} }
  const recorded = maskSpans(text, spans, placeholderKey)
  const passing = rules.size === 0 ? [] : withoutHandles(text, spans)
  const passed = passing.length === 0 ? { text, redactions: {} } : maskSpans(text, passing, placeholderKey, rules)
  return {
    passed: passed.text,
    passedRedactions: passed.redactions,
    recorded: recorded.text,
    redactions: recorded.redactions,
  }
}

type Handles = ReadonlyMap<string, 'any' | 'uuid' | Handles>

/**
 * Where ids and tokens stand by which the two sides find their messages and states again. A server may choose anything as
 * the id of a task, what must not be seen included; but not in the form of a UUID.
 */
const HANDLES: Handles = new Map<string, 'any' | Handles>([
  ['id', 'any'],
  [
    'params',
    new Map<string, 'any' | 'uuid' | Handles>([
      ['progressToken', 'any'],
      ['requestId', 'any'],
      ['requestState', 'any'],
      ['_meta', new Map([['progressToken', 'any']])],
      ['taskId', 'uuid'],
    ]),
  ],
  [
    'result',
    new Map<string, 'any' | 'uuid' | Handles>([
      // Sealed on its way down, so that the client reads nothing in it.
      ['requestState', 'any'],
      ['taskId', 'uuid'],
      ['task', new Map([['taskId', 'uuid']])],
    ]),
  ],
])
const UUID = /^"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/i

/**
 * They are never changed on the way, even if one looks like a card number: the client would wait for ever. In the record
 * they are masked like everything else.
 */
function withoutHandles(text: string, spans: readonly SensitiveSpan[]): readonly SensitiveSpan[] {
  const handles = handlesIn(text, skipSpace(text, 0), HANDLES)
  if (handles.length === 0) return spans
  return spans.filter((span) => !handles.some((handle) => span.start >= handle.start && span.end <= handle.end))
}

/** Those of the object at `at`, whose members are read once; of equal keys every one. */
function handlesIn(text: string, at: number, known: Handles): SourceSpan[] {
  const found: SourceSpan[] = []
  for (const member of membersOf(text, at)) {
    const kind = known.get(member.key)
    if (kind === undefined) continue
    if (typeof kind !== 'string') found.push(...handlesIn(text, member.start, kind))
    else if (kind === 'any' || UUID.test(text.slice(member.start, member.end))) found.push(member)
  }
  return found
}

/** A name, URI or method for a table: masked, and without what PostgreSQL's text cannot hold. */
export function recordable(text: string, placeholderKey: Buffer): string {
  return (
    maskText(text, placeholderKey)
      .text.slice(0, 500)
      // After the cut: it may leave half of a character behind, and the database would refuse the record.
      .replace(/\p{Cc}|\p{Cs}/gu, '\ufffd')
  )
}

/** Placeholders of one session are equal on every replica, and tell nothing about those of another. */
export function placeholderKeyOf(secret: string, sessionId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'countersign', `placeholders ${sessionId}`, 32))
}
