import type { Nav } from './nav'

/** A verb with a page that performs it: "Register a connection" → /connections/new. */
export interface PaletteEntry {
  label: string
  href: string
  keywords?: string[]
}

export interface PaletteResult {
  kind: 'identity' | 'connection' | 'campaign' | 'review' | 'session' | 'tool' | 'page'
  label: string
  /** Tells apart what has the same name: the owner, the connection. */
  sub?: string
  href: string
}

export interface CommandPaletteProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  nav: Nav
  verbs?: readonly PaletteEntry[]
  search: (query: string) => Promise<PaletteResult[]>
  onShortcuts: () => void
}
