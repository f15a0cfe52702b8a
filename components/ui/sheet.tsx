'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { IconButton } from './button'
import { classNames } from './class-names'

export interface SheetProps {
  title: ReactNode
  description?: ReactNode
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
  side?: 'start' | 'end'
  size?: 'sm' | 'md' | 'lg'
  footer?: ReactNode
  children: ReactNode
}

const WIDTH = { sm: 'w-72', md: 'w-105', lg: 'w-160' }

/** A panel over the page from its side: detail beside a list, and the menu on narrow screens. */
export function Sheet({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  side = 'end',
  size = 'md',
  footer,
  children,
}: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-y-0 z-50 flex max-w-[calc(100vw-40px)] flex-col bg-surface shadow-pop outline-none',
            side === 'end' ? 'right-0 animate-slide-end' : 'left-0 animate-slide-start',
            WIDTH[size],
          )}
        >
          <header className="flex items-start gap-3 border-b px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-ink text-lg tracking-[-0.01em]">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-0.5 text-ink-3 text-sm">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton size="sm" tooltip={false} label="Close" icon={<X aria-hidden />} className="-mr-1.5" />
            </Radix.Close>
          </header>
          <div
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-auto px-5 py-4 outline-offset-[-2px]"
          >
            {children}
          </div>
          {footer && <footer className="flex items-center justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export const SheetClose = Radix.Close
