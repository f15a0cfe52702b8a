'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef } from 'react'
import type { Exchange } from './exchanges'
import { MessageCard } from './message-card'
import { type GrantNames, type ReplayMessage, titleOf } from './recording'

interface TranscriptProps {
  messages: readonly ReplayMessage[]
  groups: { exchanges: readonly Exchange[]; exchangeOf: readonly number[] }
  startMicros: number
  grants: GrantNames
  index: number
  /** Positions that the search found. */
  found: ReadonlySet<number>
  /** What the verifier says about a message, by its id. */
  broken: ReadonlyMap<string, string>
  onChoose: (index: number) => void
}

const CARD_PX = 82

/** Both lanes, grouped by call. Only what is in sight is in the page: ten thousand messages scroll like ten. */
export const Transcript = memo(function Transcript(props: TranscriptProps) {
  const { messages, groups, startMicros, grants, index, found, broken, onChoose } = props
  const scroller = useRef<HTMLElement>(null)
  const { exchanges, exchangeOf } = groups
  const { rows, rowOf } = useMemo(() => {
    const rows = exchanges.flatMap((exchange) => exchange.messages)
    const rowOf: number[] = []
    rows.forEach((position, row) => {
      rowOf[position] = row
    })
    return { rows, rowOf }
  }, [exchanges])

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    getItemKey: (row) => messages[rows[row]!]!.id,
    overscan: 8,
    paddingEnd: 24,
    // What is chosen stands clear of the edges, with what was decided about it in sight.
    scrollPaddingStart: 24,
    scrollPaddingEnd: 56,
  })

  const row = rowOf[index]
  useEffect(() => {
    if (row !== undefined) virtualizer.scrollToIndex(row, { align: 'auto' })
  }, [row, virtualizer])
  // Whoever moves by keyboard from within the transcript keeps the focus on what is chosen.
  useEffect(() => {
    const box = scroller.current
    if (!box?.contains(document.activeElement) || document.activeElement === box) return
    box.querySelector<HTMLElement>(`[data-message="${index}"]`)?.focus({ preventScroll: true })
  })

  return (
    <div className="flex min-h-0 flex-1 flex-col bg-canvas">
      <div className="flex shrink-0 justify-between border-b px-4 py-1.5 text-ink-3 text-xs md:px-6">
        <span>Client</span>
        <span>Server</span>
      </div>
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Transcript"
        className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div className="relative mx-auto max-w-240" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const position = rows[item.index]!
            const message = messages[position]!
            const exchange = exchanges[exchangeOf[position]!]!
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MessageCard
                  message={message}
                  title={titleOf(messages[exchange.messages[0]!]!)}
                  index={position}
                  startMicros={startMicros}
                  grants={grants}
                  selected={position === index}
                  found={found.has(position)}
                  answered={exchange.messages.some((each) => messages[each]!.kind === 'response')}
                  continues={exchange.messages[0] !== position}
                  broken={broken.get(message.id) ?? null}
                  onChoose={onChoose}
                />
              </div>
            )
          })}
        </div>
      </section>
    </div>
  )
})
