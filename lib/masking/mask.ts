import { createHmac } from 'node:crypto'
import { MaskType, type Redactions } from '@/lib/domain'
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
 * Replaces the spans in `source`, those of the types in `only` if it is given. Everything else stays as it was sent:
 * numbers no double can hold, equal keys, white space.
 */
export function maskSpans(
  source: string,
  spans: readonly SensitiveSpan[],
  placeholderKey: Buffer,
  only?: ReadonlySet<MaskType>,
): Masked {
  const redactions: Redactions = {}
  const placeholders = new Map<string, string>()
  const pieces: string[] = []
  let from = 0
  for (const { start, end, type, value, as } of spans) {
    if (only && !only.has(type)) continue
    redactions[type] = (redactions[type] ?? 0) + 1
    const identity = `${type}|${value}`
    let replacement = as === 'number' ? '0' : placeholders.get(identity)
    if (replacement === undefined) {
      replacement = placeholderOf(type, value, placeholderKey)
      placeholders.set(identity, replacement)
    }
    pieces.push(source.slice(from, start), replacement)
    from = end
  }
  if (pieces.length === 0) return { text: source, redactions }
  pieces.push(source.slice(from))
  return { text: pieces.join(''), redactions }
}

/** `[EMAIL_k7f2q9ab]`: 40 bits of an HMAC, equal for equal values under one key, and no way back without it. */
export function placeholderOf(type: MaskType, value: string, placeholderKey: Buffer): string {
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
export function maskText(text: string, placeholderKey: Buffer, types: readonly MaskType[] = EVERY_TYPE): Masked {
  return maskSpans(text, findSensitive(text, types), placeholderKey)
}
