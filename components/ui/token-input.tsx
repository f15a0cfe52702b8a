'use client'

import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { classNames } from './class-names'
import { useFieldControl } from './field'
import { CONTROL } from './input'

export interface TokenSuggestion {
  value: string
  /** Beside it: where a tool is, what a person is called. */
  sub?: string
}

interface TokenInputProps {
  value: readonly string[]
  onValueChange: (value: string[]) => void
  suggestions: readonly TokenSuggestion[]
  placeholder?: string
  /** For identifiers and globs. */
  mono?: boolean
  /** Only what is suggested can be chosen. */
  strict?: boolean
  /** The accessible name when there is no Field around it. */
  label?: string
}

const SHOWN = 8

/** Several names, typed or picked: Enter or a comma takes what is typed, Backspace takes the last one out. */
export function TokenInput({ value, onValueChange, suggestions, placeholder, mono, strict, label }: TokenInputProps) {
  const field = useFieldControl()
  const listId = useId()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const wanted = text.trim().toLowerCase()
  const found = suggestions
    .filter(({ value: each, sub = '' }) => !value.includes(each) && `${each} ${sub}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN)
  const shown = open && found.length > 0

  const add = (...names: string[]) => {
    const taken = names.map((name) => name.trim()).filter((name) => name !== '' && !value.includes(name))
    const allowed = strict ? taken.filter((name) => suggestions.some((each) => each.value === name)) : taken
    if (allowed.length > 0) onValueChange([...new Set([...value, ...allowed])])
    setText('')
    setActive(-1)
    // It would lie over what comes next; typing, an arrow or a click opens it again.
    setOpen(false)
  }
  const take = () => add(...text.split(/[\s,]+/))
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((before) => Math.max(-1, Math.min(before + step, found.length - 1)))
    } else if (event.key === 'Enter' && !event.metaKey && !event.ctrlKey) {
      const chosen = shown ? found[active] : undefined
      if (chosen === undefined && text.trim() === '') return
      event.preventDefault()
      if (chosen) add(chosen.value)
      else take()
    } else if (event.key === ',' && !strict) {
      event.preventDefault()
      take()
    } else if (event.key === 'Escape' && shown) {
      event.stopPropagation()
      setOpen(false)
    } else if (event.key === 'Backspace' && text === '' && value.length > 0) {
      onValueChange(value.slice(0, -1))
    }
  }

  return (
    <div className="relative">
      <div
        className={classNames(
          CONTROL,
          'flex min-h-8 flex-wrap items-center gap-1 p-1 focus-within:border-accent focus-within:outline-1 focus-within:outline-accent',
          field['aria-invalid'] && 'border-no',
        )}
      >
        {value.map((each) => (
          <span key={each} className="inline-flex h-6 max-w-full items-center rounded-sm bg-active pl-2 text-xs">
            <span className={classNames('truncate', mono && 'font-mono')}>{each}</span>
            <button
              type="button"
              aria-label={`Remove ${each}`}
              onClick={() => onValueChange(value.filter((other) => other !== each))}
              className="grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink"
            >
              <X aria-hidden className="size-3" />
            </button>
          </span>
        ))}
        <input
          {...field}
          role="combobox"
          aria-label={label}
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          placeholder={value.length === 0 ? placeholder : undefined}
          onChange={(event) => {
            setText(event.target.value)
            setOpen(true)
            setActive(-1)
          }}
          onFocus={() => setOpen(true)}
          onClick={() => setOpen(true)}
          onBlur={() => {
            setOpen(false)
            if (text.trim() !== '') take()
          }}
          onKeyDown={onKeyDown}
          className={classNames(
            'h-6 min-w-20 flex-1 bg-transparent px-1.5 text-ink text-sm outline-none placeholder:text-ink-3',
            mono && 'font-mono',
          )}
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        className={classNames(
          'absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-auto rounded-lg bg-raised p-1 shadow-pop',
          !shown && 'hidden',
        )}
      >
        {found.map((each, index) => (
          <div
            key={each.value}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Before the input loses the focus, which would take what is typed.
            onMouseDown={(event) => {
              event.preventDefault()
              add(each.value)
            }}
            onMouseEnter={() => setActive(index)}
            className={classNames(
              'flex min-h-8 cursor-default items-center gap-3 rounded-sm px-2 py-1 text-ink text-sm',
              index === active && 'bg-hover',
            )}
          >
            <span className={classNames('min-w-0 flex-1 truncate', mono && 'font-mono text-xs')}>{each.value}</span>
            {each.sub && <span className="max-w-1/2 shrink-0 truncate text-ink-3 text-xs">{each.sub}</span>}
          </div>
        ))}
      </div>
    </div>
  )
}
