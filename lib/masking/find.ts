import type { MaskType, RedactionType } from '@/lib/domain'
import { type Base64, openBase64 } from './base64'
import { Cue } from './cues'
import { type Detector, type Finding, Subject } from './detector'
import { withoutDisguises } from './disguises'
import type { Fields } from './fields'
import { detectorsFor } from './registry'
import { type Leaf, scanJson } from './scan'
import { cuesOf } from './string-reader'
import { sourceOffset, type TextView, ViewBuilder, viewOf } from './view'

/** Where a sensitive value stands in the source, escapes and all. */
export interface SensitiveSpan {
  start: number
  end: number
  type: RedactionType
  /** The value in its one normal spelling. Raw: it must not leave the process. */
  value: string
  /** What it can be replaced by: a bare JSON number only by a number, a truth value only by another. */
  as: 'text' | 'number' | 'boolean'
  /** The span is Base64, and this is what was found in the text it encodes. */
  encoded?: { base64: Base64; spans: SensitiveSpan[] }
}

/** How many strings deep JSON inside JSON, and Base64, is opened. What lies deeper is searched as plain text. */
const MAX_NESTING = 4

/** Masking one value can bring another to light, as when two overlapped; more rounds than this are not needed. */
const MAX_ROUNDS = 4

/**
 * Finds every sensitive value in `source`: in each string, key and number if it is JSON, in JSON inside its strings, or
 * in the whole of it as plain text; and whatever stands in `fields`. Sorted, without overlaps. One search serves the
 * recorded and the delivered copy.
 */
export function findSensitive(
  source: string,
  types: readonly MaskType[],
  fields: Fields | null = null,
): SensitiveSpan[] {
  const detectors = detectorsFor(types)
  if (source.length === 0 || (detectors.length === 0 && fields === null)) return []
  return new Search(detectors, fields).spansOf(source, MAX_NESTING + 1)
}

/** A message of MCP has its payloads at its own top; what is quoted inside is whatever it is. */
const isTop = (nesting: number): boolean => nesting === MAX_NESTING + 1

/** Sorted spans, where of two that overlap the first one covers both: no part of either may be left standing. */
function withoutOverlaps(spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  const kept: SensitiveSpan[] = []
  for (const span of spans) {
    const last = kept.at(-1)
    if (last === undefined || span.start >= last.end) kept.push(span)
    else if (span.end > last.end) kept[kept.length - 1] = { ...last, end: span.end }
  }
  return kept
}

class Search {
  private readonly spans: SensitiveSpan[] = []

  constructor(
    private readonly detectors: readonly Detector[],
    private readonly fields: Fields | null,
  ) {}

  spansOf(source: string, nesting: number): SensitiveSpan[] {
    this.text(viewOf(source), null, nesting, null)
    if (this.spans.length === 0) return this.spans
    this.spans.sort((a, b) => a.start - b.start)
    return withoutOverlaps(this.spans)
  }

  private text(view: TextView, field: string | null, nesting: number, leaf: Leaf | null): void {
    if (nesting > 0 && mayBeJson(view.text)) {
      const before = this.spans.length
      const options = { fields: this.fields, isMessage: isTop(nesting) }
      if (scanJson(view, options, (inner) => this.leaf(inner, field, nesting))) return
      this.spans.length = before
    }
    if (nesting > 0 && mayBeBase64(leaf) && this.base64(view, nesting)) return
    this.plain(view, field, leaf)
  }

  private leaf(leaf: Leaf, outerField: string | null, nesting: number): void {
    if (leaf.isInField) this.wholly(leaf)
    else if (leaf.kind === 'number') this.number(leaf)
    else if (leaf.kind === 'key') this.plain(leaf.view, null, leaf)
    else if (leaf.kind === 'string') this.text(leaf.view, leaf.field ?? outerField, nesting - 1, leaf)
  }

  private wholly({ kind, view }: Leaf): void {
    const { text } = view
    if (text === '' || FIELD_PLACEHOLDER.test(text)) return
    const [start, end] = [sourceOffset(view, 0), sourceOffset(view, text.length)]
    this.spans.push({ start, end, type: 'FIELD', value: text, as: kind === 'key' || kind === 'string' ? 'text' : kind })
  }

  /** A text in Base64 is opened, whole and also behind the `data:` of a link. */
  private base64(view: TextView, nesting: number): boolean {
    const comma = view.text.startsWith('data:') ? view.text.indexOf(';base64,') : -1
    const begin = comma < 0 ? 0 : comma + ';base64,'.length
    const base64 = openBase64(begin === 0 ? view.text : view.text.slice(begin))
    if (base64 === null) return false
    const spans = new Search(this.detectors, this.fields).spansOf(base64.text, nesting - 1)
    const [first] = spans
    if (first === undefined) return false
    const [start, end] = [sourceOffset(view, begin), sourceOffset(view, view.text.length)]
    this.spans.push({ start, end, type: first.type, value: '', as: 'text', encoded: { base64, spans } })
    return true
  }

  private plain(view: TextView, field: string | null, leaf: Leaf | null): void {
    const plain = withoutDisguises(view)
    const isAsSent = leaf !== null && plain === view && !leaf.isSuspect
    const cues = isAsSent ? leaf.cues : cuesOf(plain.text) | (leaf?.cues ?? 0)
    if (cues === 0) return
    let seen = plain
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = runDetectors(seen.text, field, this.detectors, cues)
      if (found.length === 0) return
      for (const { start, end, type, value } of found) {
        this.spans.push({ start: sourceOffset(seen, start), end: sourceOffset(seen, end), type, value, as: 'text' })
      }
      // Nothing but a placeholder is left of it.
      if (found[0]!.start === 0 && found[0]!.end === seen.text.length) return
      seen = withPlaceholders(seen, found)
    }
  }

  /** A card number may well be sent as a number, even as 4.111111111111111e15. */
  private number({ view, field, cues }: Leaf): void {
    const digits = wholeDigits(view.text)
    if (digits === null) return
    const [first] = runDetectors(digits, field, this.detectors, cues | Cue.personalId)
    if (first?.end !== digits.length || first.start !== 0) return
    const { type, value } = first
    const [start, end] = [sourceOffset(view, 0), sourceOffset(view, view.text.length)]
    this.spans.push({ start, end, type, value, as: 'number' })
  }
}

const mayBeBase64 = (leaf: Leaf | null): boolean =>
  leaf === null || leaf.isNothingButBase64 || leaf.isSuspect || (leaf.cues & Cue.base64) !== 0

const FIELD_PLACEHOLDER = /^\[FIELD_[a-z2-7]{8}\]$/

/** A container or a string. A bare number or word is plain text to whoever reads it. */
function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first > 0x22 && first !== 0x5b && first !== 0x7b) return false
  return /^[ \t\r\n]*["[{]/.test(text)
}

type TypedFinding = Finding & { type: MaskType }

function runDetectors(
  text: string,
  field: string | null,
  detectors: readonly Detector[],
  cues: number,
): TypedFinding[] {
  const subject = new Subject(text, field, cues)
  let found: TypedFinding[] = []
  for (const { type, cues: wanted, find } of detectors) {
    if ((cues & wanted) === 0) continue
    const findings = find(subject)
    if (findings.length > 0) found = mergeWhereFree(found, findings, type)
  }
  return found
}

/** Both lists are in order; what is already taken stays. */
function mergeWhereFree(taken: TypedFinding[], findings: Finding[], type: MaskType): TypedFinding[] {
  if (taken.length === 0) return findings.map(({ start, end, value }) => ({ start, end, value, type }))
  const merged: TypedFinding[] = []
  let next = 0
  for (const finding of findings) {
    while (next < taken.length && taken[next]!.end <= finding.start) merged.push(taken[next++]!)
    const isFree = next >= taken.length || finding.end <= taken[next]!.start
    if (isFree) merged.push({ start: finding.start, end: finding.end, value: finding.value, type })
  }
  while (next < taken.length) merged.push(taken[next++]!)
  return merged
}

/** The text as the next reader will see it: stand-ins have the length and the kind of characters of placeholders. */
function withPlaceholders(view: TextView, found: readonly TypedFinding[]): TextView {
  const standIns = found.map(({ type }) => `[${type}_aaaaaaaa]`)
  const builder = new ViewBuilder(view)
  let copied = 0
  found.forEach(({ start, end }, index) => {
    builder.copy(copied, start)
    builder.write(standIns[index]!, start)
    copied = end
  })
  builder.copy(copied, view.text.length)
  return builder.finish(view.text.length)
}

function wholeDigits(literal: string): string | null {
  const unsigned = literal.startsWith('-') ? literal.slice(1) : literal
  if (/^\d+$/.test(unsigned)) return unsigned.length <= 19 ? unsigned : null
  const value = Number(unsigned)
  return Number.isSafeInteger(value) ? String(value) : null
}
