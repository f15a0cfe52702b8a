'use client'

import Link from 'next/link'
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

const BAR = 'flex min-w-0 gap-5 overflow-x-auto border-b [scrollbar-width:none]'
const TAB =
  'relative flex h-10 shrink-0 items-center gap-1.5 text-ink-3 text-sm outline-offset-[-2px] transition-colors duration-120 hover:text-ink after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-full'
const CURRENT = 'font-medium text-ink after:bg-accent'

function Count({ value }: { value: number | undefined }) {
  if (value === undefined) return null
  return <span className="font-normal text-ink-3 text-xs">{value.toLocaleString('en-US')}</span>
}

export interface TabItem {
  value: string
  label: string
  count?: number
  content: ReactNode
}

interface TabsProps {
  label: string
  items: readonly TabItem[]
  defaultValue?: string
  value?: string
  onValueChange?: (value: string) => void
  /** Beside the tabs, at the end. */
  aside?: ReactNode
  className?: string
}

/** Views of one thing that need no link of their own. Otherwise TabLinks. */
export function Tabs({ label, items, defaultValue, value, onValueChange, aside, className }: TabsProps) {
  return (
    <Radix.Root
      defaultValue={defaultValue ?? items[0]?.value}
      value={value}
      onValueChange={onValueChange}
      className={className}
    >
      <div className="relative flex items-center">
        <Radix.List aria-label={label} className={classNames(BAR, 'flex-1')}>
          {items.map((item) => (
            <Radix.Trigger
              key={item.value}
              value={item.value}
              className={classNames(
                TAB,
                'data-[state=active]:font-medium data-[state=active]:text-ink data-[state=active]:after:bg-accent',
              )}
            >
              {item.label}
              <Count value={item.count} />
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside && <div className="absolute right-0">{aside}</div>}
      </div>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="pt-4 outline-offset-4">
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}

interface TabLinksProps {
  label: string
  items: readonly { href: string; label: string; count?: number; current: boolean }[]
  className?: string
}

/** Tabs whose state is the URL. */
export function TabLinks({ label, items, className }: TabLinksProps) {
  return (
    <nav aria-label={label} className={classNames(BAR, className)}>
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={item.current ? 'page' : undefined}
          className={classNames(TAB, item.current && CURRENT)}
        >
          {item.label}
          <Count value={item.count} />
        </Link>
      ))}
    </nav>
  )
}
