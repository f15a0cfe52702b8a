'use client'

import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import { classNames } from '@/components/ui/class-names'
import type { FacetFilterProps } from './table-types'

/** Loaded when a filter is first opened. */
export function FacetOptions({ facet, values, onChange }: FacetFilterProps) {
  return (
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
  )
}
