/**
 * Characters that a browser shows as nothing, or that reorder what stands around them: an attacker's text must not hide
 * a terminal sequence or read backwards. Line breaks and tabs stay.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

const CONTROL_PICTURES = 0x2400
const DELETE = 0x7f

/** `␛[31m`, `⟨U+202E⟩`: the same text, with everything in it to be seen. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0)!
    if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code)
    if (code === DELETE) return '␡'
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
