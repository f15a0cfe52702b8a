import { describe, expect, test } from 'vitest'
import { jsonRows, parseJsonSource, type TreeView } from './json-rows'
import { splitPlaceholders } from './placeholders'
import { matchesHotkey, printKeys } from './use-hotkeys'

const open: TreeView = { depth: 9, toggled: new Set(), shownChildren: new Map() }
const textsOf = (source: string, view = open) =>
  jsonRows(parseJsonSource(source)!, view).map((row) =>
    row.type === 'value' ? `${row.name ?? ''} ${row.text}` : row.text,
  )

describe('the JSON tree', () => {
  test('shows numbers with the digits that were on the wire', () => {
    expect(textsOf('[9007199254740993, 1.0, 1e400]')).toEqual([' [', '0 9007199254740993', '1 1.0', '2 1e400'])
  })

  test('shows duplicate keys as two lines', () => {
    expect(textsOf('{"id":1,"id":2}')).toEqual([' {', '"id" 1', '"id" 2'])
  })

  test('closed branches and long lists are not visited', () => {
    const source = JSON.stringify({ rows: Array.from({ length: 5000 }, (_, index) => index) })
    expect(textsOf(source, { ...open, depth: 1 })).toEqual([' {', '"rows" [5,000 items]'])
    expect(textsOf(source)).toHaveLength(103)
    expect(textsOf(source).at(-1)).toBe('Show more: 4,900 left')
  })

  test('what is not one JSON value is shown as text instead', () => {
    for (const source of ['', '{', '{"a":1} x', 'event: message', '[1,]', '['.repeat(200_000)]) {
      expect(parseJsonSource(source), source.slice(0, 20)).toBeNull()
    }
  })
})

describe('placeholders', () => {
  test('stand out from the text around them, which is kept to the letter', () => {
    const text = 'to [EMAIL_k7f2q9ab], <b>[CREDIT_CARD_00abcdef]</b> [EMAIL_1] [x_k7f2q9ab]'
    const parts = splitPlaceholders(text)
    expect(parts.map((part) => part.text).join('')).toBe(text)
    expect(parts.filter((part) => part.type).map((part) => part.type)).toEqual(['EMAIL', 'CREDIT_CARD'])
  })
})

describe('hotkeys', () => {
  const press = (key: string, modifiers = {}) => ({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...modifiers,
  })

  test('reloading with ⌘R or Ctrl+R never revokes', () => {
    expect(matchesHotkey('r', press('r'))).toBe(true)
    expect(matchesHotkey('r', press('r', { metaKey: true }))).toBe(false)
    expect(matchesHotkey('r', press('r', { ctrlKey: true }))).toBe(false)
    expect(matchesHotkey('r', press('r', { altKey: true }))).toBe(false)
    expect(matchesHotkey('r', press('R', { shiftKey: true }))).toBe(false)
  })

  test('the question mark works on every layout, ⌘K on every system', () => {
    expect(matchesHotkey('?', press('?', { shiftKey: true }))).toBe(true)
    expect(matchesHotkey('?', press('?'))).toBe(true)
    expect(matchesHotkey('mod+k', press('k', { metaKey: true }))).toBe(true)
    expect(matchesHotkey('mod+k', press('k', { ctrlKey: true }))).toBe(true)
    expect(matchesHotkey('mod+k', press('k'))).toBe(false)
    expect(printKeys('mod+k')).toBe('⌘K')
  })
})
