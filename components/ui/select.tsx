'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import { classNames } from './class-names'
import { useFieldControl } from './field'
import { CONTROL } from './input'

export interface SelectOption<Value extends string = string> {
  value: Value
  label: string
  description?: string
}

interface SelectProps<Value extends string> {
  options: readonly SelectOption<Value>[]
  value?: Value
  defaultValue?: Value
  onValueChange?: (value: Value) => void
  /** Submits with the form. */
  name?: string
  placeholder?: string
  /** The accessible name when there is no Field around it. */
  label?: string
  size?: 'sm' | 'md'
  disabled?: boolean
  className?: string
}

/** For a few fixed choices. More than a dozen, or people and tools: Combobox. */
export function Select<Value extends string>({
  options,
  value,
  defaultValue,
  onValueChange,
  name,
  placeholder = 'Choose…',
  label,
  size = 'md',
  disabled,
  className,
}: SelectProps<Value>) {
  const field = useFieldControl()
  return (
    <Radix.Root
      value={value}
      defaultValue={defaultValue}
      onValueChange={onValueChange as ((value: string) => void) | undefined}
      name={name}
      disabled={disabled}
    >
      <Radix.Trigger
        {...field}
        aria-label={label}
        className={classNames(
          CONTROL,
          'inline-flex items-center justify-between gap-2 text-left data-placeholder:text-ink-3',
          size === 'sm' ? 'h-7 px-2 text-xs' : 'h-8 px-2.5',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon asChild>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-80 animate-appear overflow-hidden rounded-lg bg-raised p-1 shadow-pop"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="relative flex cursor-default select-none flex-col justify-center rounded-sm py-1.5 pr-3 pl-7 text-ink text-sm outline-none data-highlighted:bg-hover"
              >
                <Radix.ItemIndicator className="absolute top-2 left-2">
                  <Check aria-hidden className="size-3.5" />
                </Radix.ItemIndicator>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.description && <span className="text-ink-3 text-xs">{option.description}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
