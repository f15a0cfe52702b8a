'use client'

import dynamic from 'next/dynamic'
import { Dialog } from 'radix-ui'
import { Skeleton } from '@/components/ui/skeleton'
import type { Nav } from './nav'

const PaletteContent = dynamic(() => import('./palette-content').then((module) => module.PaletteContent), {
  ssr: false,
  loading: () => (
    <div className="flex h-12 items-center px-4">
      <Skeleton className="h-4 w-64" />
    </div>
  ),
})

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

/** Go to anything by name, run any verb. */
export function CommandPalette({ open, onOpenChange, ...content }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-[12dvh] z-50 mx-auto w-[calc(100vw-32px)] max-w-150 animate-appear overflow-hidden rounded-lg bg-raised shadow-pop outline-none"
        >
          <Dialog.Title className="sr-only">Search or run</Dialog.Title>
          <PaletteContent {...content} close={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
