'use client'

import { useEffect, useEffectEvent, useId, useSyncExternalStore } from 'react'

export interface Hotkey {
  /** `j`, `?`, `Enter`, `Escape`, `ArrowDown`, ` `, `shift+x`, `mod+k` (⌘ on a Mac, Ctrl elsewhere). */
  keys: string
  /** Shown in the shortcut sheet. */
  label: string
  run: (event: KeyboardEvent) => void
}

export interface HotkeyGroup {
  title: string
  hotkeys: readonly { keys: string; label: string }[]
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Plain keys match without modifiers only, so ⌘R still reloads and never revokes. */
export function matchesHotkey(keys: string, press: KeyPress): boolean {
  const parts = keys.length === 1 ? [keys] : keys.split('+')
  const key = parts[parts.length - 1]!
  const mod = parts.includes('mod')
  const shift = parts.includes('shift')
  if (press.altKey || (press.ctrlKey || press.metaKey) !== mod) return false
  if (press.key.toLowerCase() !== key.toLowerCase()) return false
  // `?` and other printed signs need Shift on some layouts and none on others: only letters and named keys are strict.
  const strict = key.length > 1 || /[a-z]/i.test(key)
  return !strict || press.shiftKey === shift
}

const TYPING =
  'input:not([type=checkbox],[type=radio],[type=button]), textarea, select, [contenteditable=""], [contenteditable=true]'
const OWN_KEYS = '[role=menu], [role=listbox], [role=tree], [role=tablist], [role=radiogroup], [role=combobox]'
const PRESSABLE = 'button, a[href], summary, [role=button], [role=checkbox], [role=switch]'

/** Whether whoever has the focus needs this key: someone typing, a menu, a button that Enter or Space presses. */
function belongsToTarget(event: KeyboardEvent, mod: boolean): boolean {
  const target = event.target
  if (!(target instanceof Element)) return false
  if (mod) return false
  if (target.closest(TYPING) || target.closest(OWN_KEYS)) return true
  return (event.key === 'Enter' || event.key === ' ') && target.closest(PRESSABLE) !== null
}

/** Events that a hotkey already ran on: one press is one act. */
const taken = new WeakSet<KeyboardEvent>()

const groups = new Map<string, HotkeyGroup>()
const listeners = new Set<() => void>()
let snapshot: HotkeyGroup[] = []

function publish() {
  snapshot = [...groups.values()].filter((group) => group.hotkeys.length > 0)
  for (const listener of listeners) listener()
}

/**
 * Binds keys to the window while the component is mounted and lists them in the shortcut sheet.
 * A key is left alone while someone types, in a menu or list that uses it, under any modifier not asked for,
 * while a dialog is open (unless `inDialog`), and once another handler took it.
 */
export function useHotkeys(
  title: string,
  hotkeys: readonly Hotkey[],
  options: {
    enabled?: boolean
    inDialog?: boolean
    /** Takes its keys before whoever else knows them: the player's `[` is not the sidebar's. */
    first?: boolean
  } = {},
): void {
  const { enabled = true, inDialog = false, first = false } = options
  const id = useId()

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (taken.has(event) || event.isComposing) return
    const hotkey = hotkeys.find((each) => matchesHotkey(each.keys, event))
    if (!hotkey) return
    const mod = hotkey.keys.startsWith('mod+')
    // A checkbox refuses Enter for itself, with any modifier; ⌘↵ still confirms the dialog that it stands in.
    if ((event.defaultPrevented && !mod) || belongsToTarget(event, mod)) return
    if (!inDialog && document.querySelector('[role=dialog][data-state=open]')) return
    event.preventDefault()
    taken.add(event)
    hotkey.run(event)
  })

  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => onKeyDown(event)
    window.addEventListener('keydown', listen, { capture: first })
    return () => window.removeEventListener('keydown', listen, { capture: first })
  }, [enabled, first])

  const described = JSON.stringify(hotkeys.map(({ keys, label }) => ({ keys, label })))
  useEffect(() => {
    if (!enabled) return
    groups.set(id, { title, hotkeys: JSON.parse(described) })
    publish()
    return () => {
      groups.delete(id)
      publish()
    }
  }, [id, title, described, enabled])
}

const EMPTY: HotkeyGroup[] = []

/** Every shortcut that works right now. */
export function useHotkeyGroups(): HotkeyGroup[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => snapshot,
    () => EMPTY,
  )
}

const SIGNS: Record<string, string> = {
  mod: '⌘',
  shift: '⇧',
  Enter: '↵',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
}

/** `mod+k` → `⌘K`, as a Kbd shows it. */
export function printKeys(keys: string): string {
  if (keys.length === 1) return SIGNS[keys] ?? keys
  const parts = keys.split('+')
  return parts.map((part) => SIGNS[part] ?? (parts.length > 1 ? part.toUpperCase() : part)).join('')
}
