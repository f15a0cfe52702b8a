'use client'

import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names'
import { Kbd } from './kbd'

interface MenuProps {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  className?: string
}

const ITEM =
  'relative flex min-h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-highlighted:bg-hover data-disabled:opacity-50 [&_svg]:size-3.5 [&_svg]:shrink-0'

/** Verbs behind one button. Choices that submit a value: Select. */
export function Menu({ trigger, children, align = 'end', side, className }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={classNames(
            'z-50 min-w-48 animate-appear rounded-lg bg-raised p-1 shadow-pop outline-none',
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  children: ReactNode
  icon?: ReactNode
  kbd?: string
  danger?: boolean
  disabled?: boolean
  onSelect?: (event: Event) => void
  /** Renders the only child as the item, for links. */
  asChild?: boolean
}

export function MenuItem({ children, icon, kbd, danger, disabled, onSelect, asChild }: MenuItemProps) {
  const className = classNames(ITEM, danger ? 'text-no' : 'text-ink')
  if (asChild) {
    return (
      <Radix.Item asChild className={className} disabled={disabled} onSelect={onSelect}>
        {children}
      </Radix.Item>
    )
  }
  return (
    <Radix.Item className={className} disabled={disabled} onSelect={onSelect}>
      {icon && <span className={danger ? '' : 'text-ink-3'}>{icon}</span>}
      <span className="flex-1">{children}</span>
      {kbd && <Kbd>{kbd}</Kbd>}
    </Radix.Item>
  )
}

interface MenuCheckProps {
  children: ReactNode
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  disabled?: boolean
}

/** Stays open, so that several can be switched. */
export function MenuCheck({ children, checked, onCheckedChange, disabled }: MenuCheckProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      disabled={disabled}
      onCheckedChange={onCheckedChange}
      onSelect={(event) => event.preventDefault()}
      className={classNames(ITEM, 'pl-7 text-ink')}
    >
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  )
}

interface MenuRadioProps<Value extends string> {
  label: string
  value: Value
  options: readonly { value: Value; label: string; icon?: ReactNode }[]
  onValueChange: (value: Value) => void
}

export function MenuRadio<Value extends string>({ label, value, options, onValueChange }: MenuRadioProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onValueChange as (value: string) => void} aria-label={label}>
      {options.map((option) => (
        <Radix.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => event.preventDefault()}
          className={classNames(ITEM, 'text-ink')}
        >
          <span className="text-ink-3">{option.icon}</span>
          <span className="flex-1">{option.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-ink-3 text-xs">{children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-1 my-1 h-px bg-line" />
}
