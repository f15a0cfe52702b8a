import { createHmac } from 'node:crypto'
import { MaskType, type Redactions, type RedactionType } from '@/lib/domain'
import { closeBase64 } from './base64'
import type { Fields } from './fields'
import { findSensitive, type SensitiveSpan } from './find'

export { findSensitive, type SensitiveSpan } from './find'

/** What is stored or shown is masked with all of these. */
export const EVERY_TYPE: readonly MaskType[] = MaskType.options

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const PLACEHOLDER_LETTERS = 8

export interface Masked {
  /** The very same string when nothing was replaced. */
  text: string
  redactions: Redactions
}

/**
 * Replaces the spans in `source`: those of the types in `only` if it is given, and those of fields, for nobody looks for
 * fields who does not mask them. Everything else stays as it was sent: numbers no double can hold, equal keys, white space.
 */
export function maskSpans(
  source: string,
  spans: readonly SensitiveSpan[],
  placeholderKey: Buffer,
  only?: ReadonlySet<MaskType>,
): Masked {
  const redactions: Redactions = {}
  const text = replaceSpans(source, spans, {
    placeholderKey,
    isMasked: (type) => only === undefined || type === 'FIELD' || only.has(type),
    redactions,
    placeholders: new Map(),
  })
  return { text, redactions }
}

interface Replacing {
  placeholderKey: Buffer
  isMasked(type: RedactionType): boolean
  redactions: Redactions
  placeholders: Map<string, string>
}

function replaceSpans(source: string, spans: readonly SensitiveSpan[], replacing: Replacing): string {
  const pieces: string[] = []
  let from = 0
  for (const span of spans) {
    const replacement = replacementOf(span, replacing)
    if (replacement === null) continue
    pieces.push(source.slice(from, span.start), replacement)
    from = span.end
  }
  if (pieces.length === 0) return source
  pieces.push(source.slice(from))
  return pieces.join('')
}

/** Null: it stays as it is. */
function replacementOf({ type, value, as, encoded }: SensitiveSpan, replacing: Replacing): string | null {
  if (encoded !== undefined) {
    const { base64, spans } = encoded
    const text = replaceSpans(base64.text, spans, replacing)
    return text === base64.text ? null : closeBase64(base64, text)
  }
  if (!replacing.isMasked(type)) return null
  replacing.redactions[type] = (replacing.redactions[type] ?? 0) + 1
  if (as === 'number') return '0'
  if (as === 'boolean') return 'false'
  const identity = `${type}|${value}`
  const placeholder = replacing.placeholders.get(identity) ?? placeholderOf(type, value, replacing.placeholderKey)
  replacing.placeholders.set(identity, placeholder)
  return placeholder
}

/** `[EMAIL_k7f2q9ab]`: 40 bits of an HMAC, equal for equal values under one key, and no way back without it. */
export function placeholderOf(type: RedactionType, value: string, placeholderKey: Buffer): string {
  const digest = createHmac('sha256', placeholderKey).update(`${type}|${value}`).digest()
  // Forty bits are within what a double holds exactly.
  let bits = digest.readUIntBE(0, 5)
  let letters = ''
  for (let i = 0; i < PLACEHOLDER_LETTERS; i++) {
    letters = BASE32[bits % 32] + letters
    bits = Math.floor(bits / 32)
  }
  return `[${type}_${letters}]`
}

/** Masks one text, JSON or plain: for logs, errors and whatever else is shown or kept. */
export function maskText(
  text: string,
  placeholderKey: Buffer,
  types: readonly MaskType[] = EVERY_TYPE,
  fields: Fields | null = null,
): Masked {
  return maskSpans(text, findSensitive(text, types, fields), placeholderKey)
}
