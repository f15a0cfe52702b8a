import type { MaskType } from '@/lib/domain'
import { type Detector, type Finding, Subject } from './detector'
import { withoutDisguises } from './disguises'
import { detectorsFor } from './registry'
import { type Leaf, scanJson } from './scan'
import { sourceOffset, type TextView, ViewBuilder, viewOf } from './view'

/** Where a sensitive value stands in the source, escapes and all. */
export interface SensitiveSpan {
  start: number
  end: number
  type: MaskType
  /** The value in its one normal spelling. Raw: it must not leave the process. */
  value: string
  /** `number`: a bare JSON number, which can only be replaced by a number. */
  as: 'text' | 'number'
}

/** How many strings deep JSON inside JSON is opened. What lies deeper is searched as plain text. */
const MAX_NESTING = 4

/** Masking one value can bring another to light, as when two overlapped; more rounds than this are not needed. */
const MAX_ROUNDS = 4

/**
 * Finds every sensitive value in `source`: in each string, key and number if it is JSON, in JSON inside its strings, or
 * in the whole of it as plain text. Sorted, without overlaps. One search serves the recorded and the delivered copy.
 */
export function findSensitive(source: string, types: readonly MaskType[]): SensitiveSpan[] {
  const spans: SensitiveSpan[] = []
  const detectors = detectorsFor(types)
  if (source.length === 0 || detectors.length === 0) return spans
  searchText(viewOf(source), null, detectors, MAX_NESTING + 1, spans)
  spans.sort((a, b) => a.start - b.start)
  return spans.filter((span, index) => index === 0 || span.start >= spans[index - 1]!.end)
}

function searchText(
  view: TextView,
  field: string | null,
  detectors: readonly Detector[],
  nesting: number,
  spans: SensitiveSpan[],
): void {
  if (nesting > 0 && mayBeJson(view.text)) {
    const before = spans.length
    const visit = (leaf: Leaf): void => {
      if (leaf.kind === 'number') searchNumber(leaf, detectors, spans)
      else if (leaf.kind === 'key') searchPlain(leaf.view, null, detectors, spans)
      else searchText(leaf.view, leaf.field ?? field, detectors, nesting - 1, spans)
    }
    if (scanJson(view, visit)) return
    spans.length = before
  }
  searchPlain(view, field, detectors, spans)
}

/** A container or a string. A bare number or word is plain text to whoever reads it. */
const mayBeJson = (text: string): boolean => /^[ \t\r\n]*["[{]/.test(text)

function searchPlain(
  view: TextView,
  field: string | null,
  detectors: readonly Detector[],
  spans: SensitiveSpan[],
): void {
  let seen = withoutDisguises(view)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = runDetectors(seen.text, field, detectors)
    if (found.length === 0) return
    for (const { start, end, type, value } of found) {
      spans.push({ start: sourceOffset(seen, start), end: sourceOffset(seen, end), type, value, as: 'text' })
    }
    // Nothing but a placeholder is left of it.
    if (found[0]!.start === 0 && found[0]!.end === seen.text.length) return
    seen = withPlaceholders(seen, found)
  }
}

type TypedFinding = Finding & { type: MaskType }

function runDetectors(text: string, field: string | null, detectors: readonly Detector[]): TypedFinding[] {
  const subject = new Subject(text, field)
  let found: TypedFinding[] = []
  for (const { type, prefilter, find } of detectors) {
    if (!prefilter(text)) continue
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

/** A card number may well be sent as a number, even as 4.111111111111111e15. */
function searchNumber({ view, field }: Leaf, detectors: readonly Detector[], spans: SensitiveSpan[]): void {
  const digits = wholeDigits(view.text)
  if (digits === null) return
  const [first] = runDetectors(digits, field, detectors)
  if (first?.end !== digits.length || first.start !== 0) return
  const { type, value } = first
  spans.push({ start: sourceOffset(view, 0), end: sourceOffset(view, view.text.length), type, value, as: 'number' })
}

function wholeDigits(literal: string): string | null {
  const unsigned = literal.startsWith('-') ? literal.slice(1) : literal
  if (/^\d+$/.test(unsigned)) return unsigned.length <= 19 ? unsigned : null
  const value = Number(unsigned)
  return Number.isSafeInteger(value) ? String(value) : null
}
