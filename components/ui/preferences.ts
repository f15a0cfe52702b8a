'use client'

import { useSyncExternalStore } from 'react'

/** What one browser remembers about looks. Anything else a user chooses belongs in the URL or the database. */
export type Theme = 'light' | 'dark' | 'system'
export type Density = 'comfortable' | 'compact'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const scheme = window.matchMedia('(prefers-color-scheme: dark)')
  const onScheme = () => {
    applyTheme(readTheme())
    listener()
  }
  const onStorage = () => {
    applyTheme(readTheme())
    listener()
  }
  scheme.addEventListener('change', onScheme)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    scheme.removeEventListener('change', onScheme)
    window.removeEventListener('storage', onStorage)
  }
}

// Storage throws in a browser that blocks it; the app then works with defaults.
export function readStored(key: string): string | null {
  try {
    return window.localStorage.getItem(`countersign.${key}`)
  } catch {
    return null
  }
}

export function writeStored(key: string, value: string): void {
  try {
    window.localStorage.setItem(`countersign.${key}`, value)
  } catch {
    // The choice then lasts until the page is closed.
  }
  for (const listener of listeners) listener()
}

function readTheme(): Theme {
  const stored = readStored('theme')
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function applyTheme(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

export function setTheme(theme: Theme): void {
  writeStored('theme', theme)
  applyTheme(theme)
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme, () => 'system')
}

/** The theme in force, for parts that must be told (toasts). */
export function useResolvedTheme(): 'light' | 'dark' {
  return useSyncExternalStore(
    subscribe,
    () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'),
    () => 'light',
  )
}

export function setDensity(density: Density): void {
  document.documentElement.dataset.density = density
  writeStored('density', density)
}

export function useDensity(): Density {
  return useSyncExternalStore(
    subscribe,
    () => (document.documentElement.dataset.density === 'compact' ? 'compact' : 'comfortable'),
    () => 'comfortable',
  )
}

export function setRailCollapsed(collapsed: boolean): void {
  document.documentElement.dataset.rail = collapsed ? 'collapsed' : 'open'
  writeStored('rail', collapsed ? 'collapsed' : 'open')
}

export function useRailCollapsed(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset.rail === 'collapsed',
    () => false,
  )
}

/** A stored string that a component owns, such as the hidden columns of one table. Null until hydrated or unset. */
export function useStored(key: string): string | null {
  return useSyncExternalStore(
    subscribe,
    () => readStored(key),
    () => null,
  )
}
