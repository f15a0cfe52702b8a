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
  const passing = rules.size === 0 ? [] : withoutHandles(text, spans).filter(({ type }) => rules.has(type))
  const passed =
    passing.length === spans.length
      ? recorded
      : passing.length === 0
        ? { text, redactions: {} }
        : maskSpans(text, passing, placeholderKey)
  return {
    passed: passed.text,
    passedRedactions: passed.redactions,
    recorded: recorded.text,
    redactions: recorded.redactions,
  }
}

/**
 * Ids and tokens by which the two sides find their messages again are never changed on the way, even if one looks like a
 * card number: the client would wait for ever. In the record they are masked like everything else.
 */
function withoutHandles(text: string, spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  const handles: SourceSpan[] = []
  for (const member of membersOf(text, skipSpace(text, 0))) {
    if (member.key === 'id') handles.push(member)
    if (member.key === 'params') handles.push(...handlesIn(text, member))
  }
  return spans.filter((span) => !handles.some((handle) => span.start >= handle.start && span.end <= handle.end))
}

function handlesIn(text: string, params: SourceSpan): SourceSpan[] {
  return membersOf(text, params.start).flatMap((member) => {
    if (member.key === 'progressToken' || member.key === 'requestId') return [member]
    if (member.key !== '_meta') return []
    return membersOf(text, member.start).filter((inner) => inner.key === 'progressToken')
  })
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
