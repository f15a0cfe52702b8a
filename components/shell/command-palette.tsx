'use client'

import dynamic from 'next/dynamic'
import { Dialog } from 'radix-ui'
import { Skeleton } from '@/components/ui/skeleton'
import type { CommandPaletteProps } from './palette-types'

const PaletteContent = dynamic(() => import('./palette-content').then((module) => module.PaletteContent), {
  ssr: false,
  loading: () => (
    <div className="flex h-12 items-center px-4">
      <Skeleton className="h-4 w-64" />
    </div>
  ),
})

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
