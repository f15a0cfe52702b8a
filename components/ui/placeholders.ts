/** `[EMAIL_k7f2q9ab]`: a type, then 40 bits in base 32. */
const PLACEHOLDER = /\[([A-Z][A-Z0-9_]{0,30})_([a-z0-9]{8})\]/g

export interface TextPart {
  text: string
  /** The mask type, when this part stands for a masked value. */
  type: string | null
}

export function splitPlaceholders(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), type: null })
    parts.push({ text: match[0], type: match[1]! })
    from = match.index + match[0].length
  }
  if (from < text.length) parts.push({ text: text.slice(from), type: null })
  return parts
}
