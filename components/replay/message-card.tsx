import { memo } from 'react'
import { formatBytes, formatOffset, formatUtc } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import { MaskedText } from '@/components/ui/masked-text'
import { visibleText } from '@/components/ui/visible-text'
import { type Ribbon, ribbonsOf } from './marks'
import { type GrantNames, offsetOf, type ReplayMessage } from './recording'
import { RibbonList } from './ribbon-list'

interface MessageCardProps {
  message: ReplayMessage
  /** What it is about: an answer bears the name of its question. */
  title: string
  index: number
  startMicros: number
  grants: GrantNames
  selected: boolean
  found: boolean
  /** Whether this question has its answer. */
  answered: boolean
  /** Stands directly under another message of its exchange. */
  continues: boolean
  /** The verifier names this one: nothing from here on is proven. */
  broken: string | null
  onChoose: (index: number) => void
}

/** One message in its lane. What it says is text, cut to a line; the inspector has the whole. */
export const MessageCard = memo(function MessageCard(props: MessageCardProps) {
  const { message, title, index, startMicros, grants, selected, found, answered, continues, broken, onChoose } = props
  const fromClient = message.direction === 'client'
  const ribbons: Ribbon[] = [
    ...(broken ? [{ tone: 'no', icon: 'warning', text: `chain broken here: ${broken}` } satisfies Ribbon] : []),
    ...ribbonsOf(message, grants, answered),
  ]
  const quiet = message.kind === 'notification'
  return (
    <div className={classNames('flex px-4 md:px-6', continues ? 'pt-1.5' : 'pt-4', !fromClient && 'justify-end')}>
      <div className="w-[86%] min-w-0 sm:w-[64%]">
        <button
          type="button"
          data-message={index}
          tabIndex={selected ? 0 : -1}
          aria-current={selected || undefined}
          onClick={(event) => {
            onChoose(index)
            // After a click Space plays; whoever came by keyboard keeps the card and its own Space.
            if (event.detail > 0) event.currentTarget.closest('section')?.focus({ preventScroll: true })
          }}
          className={classNames(
            'block w-full rounded-lg border px-3 text-left transition-[border-color,background-color] duration-120',
            quiet ? 'py-1.5' : 'py-2',
            selected
              ? 'border-accent bg-surface shadow-[0_0_0_3px_var(--accent-soft)]'
              : 'bg-surface hover:border-line-strong',
            message.frame === 'local' && 'border-dashed',
          )}
        >
          <span className="flex items-baseline gap-3 font-mono text-xs leading-5">
            <span
              className={classNames('min-w-0 truncate', quiet ? 'text-ink-2' : 'font-semibold text-ink')}
              title={visibleText(title)}
            >
              {found && (
                <span aria-hidden className="mr-1.5 inline-block size-1.5 rounded-full bg-accent align-middle" />
              )}
              {visibleText(title)}
            </span>
            <span className="sr-only">
              {fromClient ? 'from the client' : message.frame === 'local' ? 'from the gateway' : 'from the server'}
            </span>
            {message.frame === 'local' && (
              <span className="shrink-0 font-sans text-ink-3">the gateway’s own answer</span>
            )}
            <time
              dateTime={new Date(message.atMicros / 1000).toISOString()}
              title={formatUtc(message.atMicros / 1000)}
              className="ml-auto shrink-0 text-ink-3"
            >
              {message.direction === 'server' && message.bytes >= 1000 && (
                <span className="mr-3 max-sm:hidden">{formatBytes(message.bytes)}</span>
              )}
              {formatOffset(offsetOf(message, startMicros))}
            </time>
          </span>
          {message.summary && (
            <span className="block truncate font-mono text-ink-2 text-xs leading-5">
              <MaskedText text={message.summary} />
            </span>
          )}
        </button>
        <RibbonList ribbons={ribbons} side={message.direction} />
      </div>
    </div>
  )
})
