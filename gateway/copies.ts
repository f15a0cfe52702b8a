import { hkdfSync } from 'node:crypto'
import type { MaskType, Redactions } from '@/lib/domain'
import { EVERY_TYPE, findSensitive, maskSpans, maskText, type SensitiveSpan } from '@/lib/masking/mask'
import type { MaskPlan } from '@/lib/masking/plan'
import { membersOf, type SourceSpan, skipSpace } from '@/lib/mcp/json-source'

export interface Copies {
  /** For the other side: without what the rules mask. The very same string when they mask nothing in it. */
  passed: string
  passedRedactions: Redactions
  /** For the record: without anything sensitive. */
  recorded: string
  redactions: Redactions
}

/** One search serves both copies of a message, unless a field is hidden from the record alone. */
export function copiesOf(text: string, placeholderKey: Buffer, plan: MaskPlan): Copies {
  const spans = findSensitive(text, EVERY_TYPE, plan.recordedWithout)
  if (spans.length === 0) return { passed: text, passedRedactions: {}, recorded: text, redactions: {} }
  const recorded = maskSpans(text, spans, placeholderKey)
  const passing = passingSpans(text, spans, recorded.redactions, plan)
  const passed =
    passing.length === 0
      ? { text, redactions: {} }
      : passing === spans && hideAll(plan.types, recorded.redactions)
        ? recorded
        : maskSpans(text, passing, placeholderKey, plan.types)
  return {
    passed: passed.text,
    passedRedactions: passed.redactions,
    recorded: recorded.text,
    redactions: recorded.redactions,
  }
}

/** Whether what the record masks is masked for the other side too, so that one copy serves both. Fields always are. */
const hideAll = (types: ReadonlySet<MaskType>, recorded: Redactions): boolean =>
  Object.keys(recorded).every((type) => type === 'FIELD' || types.has(type as MaskType))

function passingSpans(
  text: string,
  spans: readonly SensitiveSpan[],
  found: Redactions,
  plan: MaskPlan,
): readonly SensitiveSpan[] {
  const { types, fields, recordedWithout } = plan
  if (types.size === 0 && fields === null) return []
  const isSame = found.FIELD === undefined || fields?.sources.length === recordedWithout?.sources.length
  return withoutHandles(text, isSame ? spans : findSensitive(text, EVERY_TYPE, fields))
}

/**
 * `uuid`: only in that form. `sealed`: where a list goes on; in the clear it is masked like anything else, sealed or signed it
 * is of use only as it was given.
 */
type Kind = 'any' | 'uuid' | 'sealed'
type Handles = ReadonlyMap<string, Kind | Handles>

/**
 * Where ids and tokens stand by which the two sides find their messages and states again. A server may choose anything as
 * the id of a task, what must not be seen included; but not in the form of a UUID.
 */
const HANDLES: Handles = new Map<string, Kind | Handles>([
  ['id', 'any'],
  [
    'params',
    new Map<string, Kind | Handles>([
      ['progressToken', 'any'],
      ['requestId', 'any'],
      ['requestState', 'any'],
      ['_meta', new Map([['progressToken', 'any']])],
      ['taskId', 'uuid'],
      ['cursor', 'sealed'],
    ]),
  ],
  [
    'result',
    new Map<string, Kind | Handles>([
      // Sealed on its way down, so that the client reads nothing in it.
      ['requestState', 'any'],
      ['taskId', 'uuid'],
      ['task', new Map([['taskId', 'uuid']])],
      ['nextCursor', 'sealed'],
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
  const isHandle = (span: SensitiveSpan): boolean =>
    handles.some(({ start, end, isSealed }) => span.start >= start && span.end <= end && (!isSealed || isOpaque(span)))
  const kept = spans.filter((span) => !isHandle(span))
  return kept.length === spans.length ? spans : kept
}

const isOpaque = ({ type, encoded }: SensitiveSpan): boolean =>
  encoded !== undefined || type === 'JWT' || type === 'SECRET' || type === 'API_KEY'

/** Those of the object at `at`, whose members are read once; of equal keys every one. */
function handlesIn(text: string, at: number, known: Handles): (SourceSpan & { isSealed: boolean })[] {
  const found: (SourceSpan & { isSealed: boolean })[] = []
  for (const { key, start, end } of membersOf(text, at)) {
    const kind = known.get(key)
    if (kind === undefined) continue
    if (typeof kind !== 'string') found.push(...handlesIn(text, start, kind))
    else if (kind !== 'uuid' || UUID.test(text.slice(start, end)))
      found.push({ start, end, isSealed: kind === 'sealed' })
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
