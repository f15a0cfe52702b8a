'use client'

import { MessageSquareText, Radio } from 'lucide-react'
import { memo } from 'react'
import { plural } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ItemDecision, ReviewItem } from './review-item'
import { NotSaved, Suggestion, VerdictMark } from './verdict-mark'

interface ItemRowProps {
  item: ReviewItem
  decision: ItemDecision | null
  saving: boolean
  problem: string | null
  focused: boolean
  selected: boolean
  tabStop: boolean
  onFocus: (itemId: string) => void
  onOpen: (itemId: string) => void
  onSelect: (itemId: string, range: boolean) => void
}

const CELL = 'h-13 border-b px-2.5 py-1.5 align-middle'

function Use({ item }: { item: ReviewItem }) {
  return (
    <span className="flex flex-col whitespace-nowrap leading-[18px]">
      <span>
        {item.toolsUsed} of {item.toolsGranted}
        <span className="sr-only"> tools{item.coversEverything ? ' and whatever is added later' : ''}</span>
      </span>
      <span className="text-xs">
        {item.lastUsedAt ? (
          <RelativeTime at={item.lastUsedAt} className="text-ink-3" />
        ) : (
          <span className={item.isUnused ? 'text-no' : 'text-ink-3'}>never</span>
        )}
      </span>
    </span>
  )
}

export const ItemRow = memo(function ItemRow(props: ItemRowProps) {
  const { item, decision, saving, problem, focused, selected, tabStop, onFocus, onOpen, onSelect } = props
  const verdict = problem ? (
    <NotSaved reason={problem} />
  ) : decision ? (
    <VerdictMark decision={decision} signedOff={item.signedOff} saving={saving} />
  ) : (
    <span className="text-ink-3">
      <span aria-hidden>–</span>
      <span className="sr-only">undecided</span>
    </span>
  )
  return (
    <tr
      data-item={item.id}
      tabIndex={tabStop ? 0 : -1}
      aria-current={focused || undefined}
      onFocus={() => onFocus(item.id)}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button, input, label, a')) return
        event.currentTarget.focus()
        onOpen(item.id)
      }}
      className={classNames(
        'cursor-default scroll-mt-10 outline-none focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent',
        focused
          ? 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'
          : selected
            ? 'bg-hover'
            : 'bg-surface hover:bg-hover',
      )}
    >
      <td className={classNames(CELL, 'w-10 pr-0 pl-4 max-md:hidden')}>
        <Checkbox
          aria-label={`Select ${item.identity.displayName} on ${item.connection.name}`}
          checked={selected}
          disabled={item.signedOff}
          onClick={(event) => {
            event.preventDefault()
            onSelect(item.id, event.shiftKey)
          }}
          className="align-middle"
        />
      </td>
      <th scope="row" className={classNames(CELL, 'text-left font-normal max-md:pl-4')}>
        <span className="flex min-w-0 items-center gap-2.5">
          <Avatar name={item.identity.displayName} kind={item.identity.kind} />
          <span className="flex min-w-0 flex-col leading-[18px]">
            <span className="flex min-w-0 items-center gap-1.5">
              <span className="truncate font-medium text-ink">{item.identity.displayName}</span>
              {item.liveSessions > 0 && (
                <span
                  title={`${plural(item.liveSessions, 'live session')} now`}
                  className="flex shrink-0 items-center text-accent"
                >
                  <Radio aria-hidden className="size-3.5" />
                  <span className="sr-only">{plural(item.liveSessions, 'live session')} now</span>
                </span>
              )}
              {decision?.comment && (
                <span title={decision.comment} className="flex shrink-0 items-center text-ink-3">
                  <MessageSquareText aria-hidden className="size-3.5" />
                  <span className="sr-only">with a comment</span>
                </span>
              )}
            </span>
            <span className="truncate text-ink-3 text-xs">{item.connection.name}</span>
          </span>
        </span>
        <span className="mt-1.5 block md:hidden">
          <Suggestion suggestion={item.suggestion} />
        </span>
      </th>
      <td className={classNames(CELL, 'max-md:hidden')}>
        <Use item={item} />
      </td>
      <td className={classNames(CELL, 'max-md:hidden')}>
        <Suggestion suggestion={item.suggestion} />
      </td>
      <td className={classNames(CELL, 'pr-4 max-md:text-right')}>{verdict}</td>
    </tr>
  )
})
