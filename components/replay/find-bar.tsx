'use client'

import { ChevronDown, ChevronUp } from 'lucide-react'
import type { Ref } from 'react'
import { IconButton } from '@/components/ui/button'
import { SearchInput } from '@/components/ui/input'

interface FindBarProps {
  ref: Ref<HTMLInputElement>
  text: string
  onText: (text: string) => void
  /** Positions found, in order. */
  found: readonly number[]
  searched: boolean
  failed: boolean
  index: number
  onChoose: (index: number) => void
}

/** Search within the session: Enter and Shift+Enter walk through what was found. */
export function FindBar({ ref, text, onText, found, searched, failed, index, onChoose }: FindBarProps) {
  const at = found.indexOf(index)
  const go = (by: 1 | -1) => {
    const next =
      by > 0
        ? (found.find((each) => each > index) ?? found[0])
        : (found.findLast((each) => each < index) ?? found.at(-1))
    if (next !== undefined) onChoose(next)
  }
  const words = failed
    ? 'The search failed, type on to try again'
    : !searched
      ? ''
      : found.length === 0
        ? 'Nothing found'
        : `${at < 0 ? '' : `${at + 1} of `}${found.length}`
  return (
    <div className="flex min-w-0 items-center gap-1">
      <SearchInput
        ref={ref}
        label="Find in this session"
        placeholder="Find in this session"
        kbd="/"
        value={text}
        className="w-full sm:w-56"
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') {
            if (text) onText('')
            else event.currentTarget.blur()
          }
        }}
      />
      <span aria-live="polite" className="shrink-0 whitespace-nowrap text-ink-3 text-xs empty:hidden">
        {words}
      </span>
      {found.length > 0 && (
        <>
          <IconButton size="sm" label="Previous found" icon={<ChevronUp aria-hidden />} onClick={() => go(-1)} />
          <IconButton size="sm" label="Next found" icon={<ChevronDown aria-hidden />} onClick={() => go(1)} />
        </>
      )}
    </div>
  )
}
