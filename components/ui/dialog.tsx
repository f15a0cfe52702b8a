'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Button, type ButtonVariant, IconButton } from './button'
import { classNames } from './class-names'

export interface DialogProps {
  title: string
  description?: ReactNode
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
  size?: 'sm' | 'md' | 'lg'
  /** Buttons, the one that acts last. */
  footer?: ReactNode
  children?: ReactNode
}

const WIDTH = { sm: 'max-w-100', md: 'max-w-130', lg: 'max-w-180' }

export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  size = 'md',
  footer,
  children,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-x-0 top-[12dvh] z-50 mx-auto flex max-h-[80dvh] w-[calc(100vw-32px)] animate-appear flex-col rounded-lg bg-raised shadow-pop outline-none',
            WIDTH[size],
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-ink text-lg tracking-[-0.01em]">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-ink-2 text-sm">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton size="sm" tooltip={false} label="Close" icon={<X aria-hidden />} className="-mr-1.5" />
            </Radix.Close>
          </header>
          {children && <div className="min-h-0 flex-1 overflow-auto px-5 pt-1 pb-5">{children}</div>}
          {footer && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export const DialogClose = Radix.Close

export interface ConfirmDialogProps {
  title: string
  /** What will happen, in words. */
  description: ReactNode
  /** Names the consequence: "Revoke 3 and end 1 live session". */
  confirmLabel: string
  onConfirm: () => void
  pending?: boolean
  variant?: ButtonVariant
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** A reason field, a list of what is affected. */
  children?: ReactNode
}

export function ConfirmDialog({ confirmLabel, onConfirm, pending, variant = 'danger', ...dialog }: ConfirmDialogProps) {
  return (
    <Dialog
      size="sm"
      {...dialog}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button variant={variant} pending={pending} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  )
}
