'use client'

import { Command } from 'cmdk'
import { Check, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { classNames } from '@/components/ui/class-names'
import { Popover } from '@/components/ui/popover'
import type { Facet } from './table-types'

interface FacetFilterProps {
  facet: Facet
  values: readonly string[]
  onChange: (values: string[]) => void
}

/** A chip that narrows by one property: each value with how many rows it would show. */
export function FacetFilter({ facet, values, onChange }: FacetFilterProps) {
  const [open, setOpen] = useState(false)
  const chosen = facet.options.filter((option) => values.includes(option.value))
  const active = values.length > 0
  const words = chosen.length > 2 ? `${chosen.length} chosen` : chosen.map((option) => option.label).join(', ')
  return (
    <span
      className={classNames(
        'inline-flex h-8 shrink-0 items-center rounded-md border text-sm transition-colors duration-120 hover:border-line-control',
        active ? 'border-line-strong bg-active' : 'border-line-strong border-dashed',
      )}
    >
      <Popover
        flush
        label={`Narrow by ${facet.label}`}
        open={open}
        onOpenChange={setOpen}
        className="w-60"
        trigger={
          <button
            type="button"
            className={classNames(
              'flex h-full items-center gap-1.5 rounded-md',
              active ? 'pr-1 pl-2.5 text-ink' : 'px-2.5 text-ink-2 hover:text-ink',
            )}
          >
            {!active && <Plus aria-hidden className="size-3.5 text-ink-3" />}
            {facet.label}
            {active && <span className="max-w-48 truncate font-medium">{words}</span>}
          </button>
        }
      >
        <Command label={facet.label} loop>
          {facet.options.length > 7 ? (
            <Command.Input
              autoFocus
              placeholder={`Find in ${facet.label.toLowerCase()}…`}
              className="h-9 w-full border-b bg-transparent px-3 text-sm outline-none"
            />
          ) : (
            // cmdk moves with the keys only while its input has the focus.
            <Command.Input autoFocus className="sr-only" aria-label={facet.label} />
          )}
          <Command.List className="max-h-72 overflow-auto p-1">
            <Command.Empty className="px-2 py-3 text-center text-ink-3 text-sm">Nothing found</Command.Empty>
            {facet.options.map((option) => {
              const checked = values.includes(option.value)
              return (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label]}
                  onSelect={() =>
                    onChange(checked ? values.filter((value) => value !== option.value) : [...values, option.value])
                  }
                  className="flex h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 text-ink text-sm data-[selected=true]:bg-hover"
                >
                  <span
                    aria-hidden
                    className={classNames(
                      'grid size-4 shrink-0 place-items-center rounded-sm border',
                      checked ? 'border-accent bg-accent text-accent-ink' : 'border-line-control',
                    )}
                  >
                    {checked && <Check className="size-3" strokeWidth={3} />}
                  </span>
                  {option.icon}
                  <span className="flex-1 truncate">
                    {option.label}
                    {checked && <span className="sr-only">, chosen</span>}
                  </span>
                  {option.count !== undefined && (
                    <span className="text-ink-3 text-xs">{option.count.toLocaleString('en-US')}</span>
                  )}
                </Command.Item>
              )
            })}
          </Command.List>
        </Command>
      </Popover>
      {active && (
        <button
          type="button"
          aria-label={`Clear ${facet.label}`}
          onClick={() => onChange([])}
          className="mr-0.5 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  )
}
