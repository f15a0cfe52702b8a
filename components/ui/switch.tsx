'use client'

import { Switch as Radix } from 'radix-ui'
import { type ComponentProps, type ReactNode, useId } from 'react'

export interface SwitchProps extends Omit<ComponentProps<typeof Radix.Root>, 'children'> {
  label: ReactNode
  description?: ReactNode
}

/** Takes effect at once. A choice that waits for a Save button: Checkbox. */
export function Switch({ label, description, ...rest }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <Radix.Root
        id={id}
        aria-describedby={description ? `${id}-description` : undefined}
        className="relative mt-px h-[18px] w-8 shrink-0 rounded-full bg-line-control transition-colors duration-120 data-[state=checked]:bg-accent disabled:opacity-50"
        {...rest}
      >
        <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-surface transition-transform duration-120 data-[state=checked]:translate-x-4" />
      </Radix.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="text-ink text-sm">
          {label}
        </label>
        {description && (
          <p id={`${id}-description`} className="text-ink-3 text-xs">
            {description}
          </p>
        )}
      </div>
    </div>
  )
}
