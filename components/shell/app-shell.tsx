'use client'

import { type ReactNode, useMemo, useState } from 'react'
import { setRailCollapsed } from '@/components/ui/preferences'
import { ShortcutSheet } from '@/components/ui/shortcut-sheet'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import { CommandPalette } from './command-palette'
import type { Nav, ShellUser } from './nav'
import type { PaletteEntry, PaletteResult } from './palette-types'
import { Rail } from './rail'
import { ShellProvider, type ShellValue } from './shell-context'

export interface AppShellProps {
  nav: Nav
  user: ShellUser
  /** "production": always in sight, so that nobody revokes in the wrong one. */
  environment: string
  /** Verbs besides the rail's own entries, which are listed anyway. */
  verbs?: readonly PaletteEntry[]
  /** A server action: anything this person may see, by name. */
  search: (query: string) => Promise<PaletteResult[]>
  signOut: () => Promise<void>
  /** Each page brings its own `Page`. */
  children: ReactNode
}

/** Rail, palette and shortcuts around the signed-in pages; mounted once by their layout. */
export function AppShell({ nav, user, environment, verbs, search, signOut, children }: AppShellProps) {
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [shortcutsOpen, setShortcutsOpen] = useState(false)
  useHotkeys('Everywhere', [
    { keys: 'mod+k', label: 'Search or run', run: () => setPaletteOpen(true) },
    {
      keys: '[',
      label: 'Collapse or expand the sidebar',
      run: () => setRailCollapsed(document.documentElement.dataset.rail !== 'collapsed'),
    },
  ])
  const value = useMemo<ShellValue>(
    () => ({
      nav,
      user,
      environment,
      signOut,
      openPalette: () => setPaletteOpen(true),
      openShortcuts: () => setShortcutsOpen(true),
    }),
    [nav, user, environment, signOut],
  )
  return (
    <ShellProvider value={value}>
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-accent px-3 py-1.5 font-medium text-accent-ink text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <Rail nav={nav} />
        {children}
      </div>
      <CommandPalette
        open={paletteOpen}
        onOpenChange={setPaletteOpen}
        nav={nav}
        verbs={verbs}
        search={search}
        onShortcuts={() => setShortcutsOpen(true)}
      />
      <ShortcutSheet open={shortcutsOpen} onOpenChange={setShortcutsOpen} />
    </ShellProvider>
  )
}
