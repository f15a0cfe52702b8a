'use client'

import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names'
import { useFieldControl } from './field'
import { Kbd } from './kbd'

export const CONTROL =
  'w-full min-w-0 rounded-md border border-line-strong bg-raised text-ink text-sm transition-[border-color] duration-120 hover:border-line-control focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-no'

export interface InputProps extends ComponentProps<'input'> {
  /** For identifiers, keys and URLs. */
  mono?: boolean
}

export function Input({ mono, className, ...rest }: InputProps) {
  return (
    <input
      {...useFieldControl()}
      className={classNames(CONTROL, 'h-8 px-2.5', mono && 'font-mono', className)}
      autoComplete="off"
      {...rest}
    />
  )
}

export interface TextareaProps extends ComponentProps<'textarea'> {
  mono?: boolean
}

export function Textarea({ mono, className, rows = 3, ...rest }: TextareaProps) {
  return (
    <textarea
      {...useFieldControl()}
      rows={rows}
      className={classNames(CONTROL, 'field-sizing-content min-h-16 px-2.5 py-1.5', mono && 'font-mono', className)}
      {...rest}
    />
  )
}

export interface SearchInputProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** The accessible name: "Search sessions". */
  label: string
  kbd?: string
}

export function SearchInput({ label, kbd, className, ...rest }: SearchInputProps) {
  return (
    <div className={classNames('relative', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
      />
      <input
        type="search"
        aria-label={label}
        autoComplete="off"
        spellCheck={false}
        className={classNames(CONTROL, 'peer h-8 pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden')}
        {...rest}
      />
      {kbd && (
        <span
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-1.5 flex -translate-y-1/2 peer-focus:hidden max-md:hidden"
        >
          <Kbd>{kbd}</Kbd>
        </span>
      )}
    </div>
  )
}
