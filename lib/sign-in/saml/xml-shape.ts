/**
 * One linear look at XML before a parser gets it: parsers take seconds for a few deeply nested kilobytes, and what has a
 * document type can name files and entities. Nothing that SAML needs comes near these limits.
 */
const MAX_DEPTH = 32
const MAX_ELEMENTS = 5_000
const MAX_ATTRIBUTES = 64

/** Why this is not looked at any further, or null. */
export function xmlShapeProblem(text: string): string | null {
  let at = 0
  let depth = 0
  let elements = 0
  for (;;) {
    const open = text.indexOf('<', at)
    if (open < 0) return null
    if (text.startsWith('<!--', open)) at = after(text, '-->', open + 4)
    else if (text.startsWith('<![CDATA[', open)) at = after(text, ']]>', open + 9)
    else if (text.startsWith('<!', open)) return 'it has a document type'
    else if (text.startsWith('<?', open)) {
      if (open > 1 || !/^<\?xml[\s?]/.test(text.slice(open, open + 6))) return 'it has processing instructions'
      at = after(text, '?>', open)
    } else {
      const tag = readTag(text, open + 1)
      if (tag.attributes > MAX_ATTRIBUTES) return 'an element has too many attributes'
      if (text[open + 1] === '/') depth -= 1
      else {
        elements += 1
        if (!tag.selfClosed) depth += 1
      }
      if (depth > MAX_DEPTH) return 'it is nested too deeply'
      if (elements > MAX_ELEMENTS) return 'it has too many elements'
      at = tag.end
    }
    if (at < 0) return 'it ends in the middle'
  }
}

const after = (text: string, mark: string, from: number): number => {
  const found = text.indexOf(mark, from)
  return found < 0 ? -1 : found + mark.length
}

/** To the `>` that is in no quotes; -1 where there is none. */
function readTag(text: string, from: number): { end: number; selfClosed: boolean; attributes: number } {
  let attributes = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '>') return { end: at + 1, selfClosed: text[at - 1] === '/', attributes }
    if (character === '"' || character === "'") {
      attributes += 1
      const close = text.indexOf(character, at + 1)
      if (close < 0) break
      at = close
    }
  }
  return { end: -1, selfClosed: false, attributes }
}
