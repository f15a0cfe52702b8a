'use client'

import { Command } from 'cmdk'
import { Check, ChevronsUpDown, Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useState, useTransition } from 'react'
import { classNames } from './class-names'
import { useFieldControl } from './field'
import { CONTROL } from './input'
import { Popover } from './popover'
import { Skeleton } from './skeleton'

export interface ComboboxOption {
  value: string
  label: string
  sub?: string
  icon?: ReactNode
}

interface CommonProps {
  /** All options; or with `search` those to begin with. */
  options: readonly ComboboxOption[]
  /** Asks the server as the user types. Results must be what may be chosen. */
  search?: (query: string) => Promise<ComboboxOption[]>
  /** Submits with the form: one hidden input per chosen value. */
  name?: string
  /** The accessible name when there is no Field around it. */
  label?: string
  placeholder?: string
  emptyText?: string
  disabled?: boolean
}

interface ComboboxProps extends CommonProps {
  value?: string | null
  defaultValue?: string | null
  onValueChange?: (value: string | null) => void
  /** The chosen one can be taken back. */
  clearable?: boolean
}

function useOptions(options: readonly ComboboxOption[], search: CommonProps['search'], query: string, open: boolean) {
  const [found, setFound] = useState<readonly ComboboxOption[] | null>(null)
  const [pending, startTransition] = useTransition()
  useEffect(() => {
    if (!search || !open) return
    let stale = false
    const timer = setTimeout(() => {
      startTransition(async () => {
        const results = await search(query)
        if (!stale) setFound(results)
      })
    }, 150)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [search, query, open])
  return { shown: found ?? options, pending }
}

interface OptionListProps extends CommonProps {
  open: boolean
  selected: readonly string[]
  onPick: (option: ComboboxOption) => void
}

function OptionList({ options, search, open, selected, onPick, label, emptyText = 'Nothing found' }: OptionListProps) {
  const [query, setQuery] = useState('')
  const { shown, pending } = useOptions(options, search, query, open)
  return (
    <Command label={label ?? 'Options'} shouldFilter={!search} loop>
      <div className="flex items-center gap-2 border-b px-2.5">
        <Search aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder="Search…"
          className="h-9 w-full bg-transparent text-ink text-sm outline-none"
        />
      </div>
      <Command.List className="max-h-64 overflow-auto p-1" aria-busy={pending}>
        {pending && shown.length === 0 ? (
          <div className="p-2">
            <Skeleton className="h-4 w-2/3" />
          </div>
        ) : (
          <Command.Empty className="px-2 py-4 text-center text-ink-3 text-sm">{emptyText}</Command.Empty>
        )}
        {shown.map((option) => (
          <Command.Item
            key={option.value}
            value={option.value}
            keywords={[option.label, option.sub ?? '']}
            onSelect={() => onPick(option)}
            className="flex min-h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-ink text-sm data-[selected=true]:bg-hover"
          >
            {option.icon}
            <span className="flex min-w-0 flex-1 flex-col">
              <span className="truncate">{option.label}</span>
              {option.sub && <span className="truncate text-ink-3 text-xs">{option.sub}</span>}
            </span>
            {selected.includes(option.value) && <Check aria-label="chosen" className="size-3.5 shrink-0" />}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  )
}

/** One of many, found by typing. */
export function Combobox({
  value: controlled,
  defaultValue = null,
  onValueChange,
  clearable,
  ...common
}: ComboboxProps) {
  const { name, label, placeholder = 'Choose…', disabled } = common
  const field = useFieldControl()
  const [open, setOpen] = useState(false)
  const [own, setOwn] = useState<string | null>(defaultValue)
  const [picked, setPicked] = useState<ComboboxOption | null>(null)
  const value = controlled === undefined ? own : controlled
  // A result of a search is not among the first options: remember the one that was picked.
  const chosen = picked?.value === value ? picked : common.options.find((option) => option.value === value)
  const choose = (option: ComboboxOption | null) => {
    setPicked(option)
    setOwn(option?.value ?? null)
    onValueChange?.(option?.value ?? null)
    setOpen(false)
  }
  return (
    <div className="relative">
      {name && <input type="hidden" name={name} value={value ?? ''} />}
      <Popover
        flush
        label={label ?? 'Options'}
        open={open}
        onOpenChange={setOpen}
        className="w-(--radix-popover-trigger-width) min-w-56"
        trigger={
          <button
            {...field}
            type="button"
            role="combobox"
            aria-label={label}
            aria-expanded={open}
            aria-haspopup="dialog"
            disabled={disabled}
            className={classNames(CONTROL, 'flex h-8 items-center gap-2 px-2.5 text-left')}
          >
            {chosen?.icon}
            <span className={classNames('flex-1 truncate', chosen ? clearable && 'mr-5' : 'text-ink-3')}>
              {chosen?.label ?? placeholder}
            </span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          </button>
        }
      >
        <OptionList {...common} open={open} selected={value ? [value] : []} onPick={choose} />
      </Popover>
      {clearable && chosen && !disabled && (
        <button
          type="button"
          aria-label={`Clear ${label ?? 'choice'}`}
          onClick={() => choose(null)}
          className="absolute top-1 right-7 grid size-6 place-items-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  )
}

interface MultiComboboxProps extends CommonProps {
  value?: readonly string[]
  defaultValue?: readonly string[]
  onValueChange?: (value: string[]) => void
}

/** Several of many, each shown as a chip that can be taken out. */
export function MultiCombobox({ value: controlled, defaultValue = [], onValueChange, ...common }: MultiComboboxProps) {
  const { name, label, placeholder = 'Add…', disabled } = common
  const field = useFieldControl()
  const [open, setOpen] = useState(false)
  const [own, setOwn] = useState<readonly string[]>(defaultValue)
  const [seen, setSeen] = useState<readonly ComboboxOption[]>([])
  const value = controlled ?? own
  const labelOf = (each: string) => [...seen, ...common.options].find((option) => option.value === each)?.label ?? each
  const change = (next: string[]) => {
    setOwn(next)
    onValueChange?.(next)
  }
  const toggle = (option: ComboboxOption) => {
    setSeen((before) => [...before, option])
    change(value.includes(option.value) ? value.filter((each) => each !== option.value) : [...value, option.value])
  }
  return (
    <div className={classNames(CONTROL, 'flex min-h-8 flex-wrap items-center gap-1 p-1')}>
      {value.map((each) => (
        <span key={each} className="inline-flex h-6 max-w-full items-center gap-0.5 rounded-sm bg-active pl-2 text-xs">
          {name && <input type="hidden" name={name} value={each} />}
          <span className="truncate">{labelOf(each)}</span>
          <button
            type="button"
            aria-label={`Remove ${labelOf(each)}`}
            disabled={disabled}
            onClick={() => change(value.filter((other) => other !== each))}
            className="grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink"
          >
            <X aria-hidden className="size-3" />
          </button>
        </span>
      ))}
      <Popover
        flush
        label={label ?? 'Options'}
        open={open}
        onOpenChange={setOpen}
        className="w-72"
        trigger={
          <button
            {...field}
            type="button"
            role="combobox"
            aria-label={label}
            aria-expanded={open}
            aria-haspopup="dialog"
            disabled={disabled}
            className="h-6 min-w-20 flex-1 rounded-sm px-1.5 text-left text-ink-3 text-sm hover:text-ink"
          >
            {placeholder}
          </button>
        }
      >
        <OptionList {...common} open={open} selected={value} onPick={toggle} />
      </Popover>
    </div>
  )
}
