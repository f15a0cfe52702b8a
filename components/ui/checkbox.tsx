'use client'

import { Check, Minus } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { classNames } from './class-names'

export interface CheckboxProps extends Omit<ComponentProps<typeof Radix.Root>, 'children'> {
  /** Visible words beside the box. Without them give aria-label. */
  label?: ReactNode
  description?: ReactNode
}

export function Checkbox({ label, description, className, id, ...rest }: CheckboxProps) {
  const ownId = useId()
  const boxId = id ?? ownId
  const box = (
    <Radix.Root
      id={boxId}
      aria-describedby={description ? `${boxId}-description` : undefined}
      className={classNames(
        // The pseudo-element widens what a finger can hit to 32px without moving anything.
        "relative grid size-4 shrink-0 place-items-center rounded-sm border border-line-control bg-raised text-accent-ink transition-colors duration-120 before:absolute before:-inset-2 before:content-[''] hover:border-accent data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent disabled:opacity-50",
        label ? 'mt-0.5' : className,
      )}
      {...rest}
    >
      <Radix.Indicator className="group">
        <Check aria-hidden strokeWidth={3} className="size-3 group-data-[state=indeterminate]:hidden" />
        <Minus aria-hidden strokeWidth={3} className="hidden size-3 group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  )
  if (!label) return box
  return (
    <div className={classNames('flex items-start gap-2', className)}>
      {box}
      <div className="min-w-0">
        <label htmlFor={boxId} className="text-ink text-sm">
          {label}
        </label>
        {description && (
          <p id={`${boxId}-description`} className="text-ink-3 text-xs">
            {description}
          </p>
        )}
      </div>
    </div>
  )
}
