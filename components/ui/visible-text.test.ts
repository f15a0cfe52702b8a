import { describe, expect, it } from 'vitest'
import { visibleText } from './visible-text'

describe('visibleText', () => {
  it.each([
    ['a terminal sequence', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'a␇b␈c'],
    ['text that turns around', 'photo_\u202Egnp.exe', 'photo_⟨U+202E⟩gnp.exe'],
    ['a zero-width space', 'ad\u200bmin', 'ad⟨U+200B⟩min'],
    ['letters from the tag block', 'ok\u{e0041}', 'ok⟨U+E0041⟩'],
    ['a C1 control', 'x\u009b31m', 'x⟨U+009B⟩31m'],
  ])('shows %s', (_name, text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('leaves lines, tabs, other scripts and emoji as they are', () => {
    const text = 'one\ttwo\nthree שלום مرحبا 日本 🙂'
    expect(visibleText(text)).toBe(text)
  })
})
