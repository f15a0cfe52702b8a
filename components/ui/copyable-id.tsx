'use client'

import { Check, Copy } from 'lucide-react'
import { classNames } from './class-names'
import { useCopy } from './copy-button'
import { Tooltip } from './tooltip'

interface CopyableIdProps {
  value: string
  /** Keeps this many characters at each end: `9f2c…41ab`. The whole value is copied and in the tooltip. */
  ends?: number
  /** What it is: "session id". */
  label?: string
  className?: string
}

export function CopyableId({ value, ends, label = 'id', className }: CopyableIdProps) {
  const { copied, copy } = useCopy()
  const shown = ends && value.length > ends * 2 + 1 ? `${value.slice(0, ends)}…${value.slice(-ends)}` : value
  return (
    <Tooltip content={<span className="break-all font-mono">{copied ? 'Copied' : value}</span>}>
      <button
        type="button"
        aria-label={`Copy ${label} ${value}`}
        onClick={(event) => {
          event.stopPropagation()
          void copy(value)
        }}
        className={classNames(
          'group relative inline-flex min-w-0 max-w-full items-center rounded-sm font-mono text-ink-2 text-xs leading-5 hover:text-ink',
          className,
        )}
      >
        <span className="truncate">{shown}</span>
        {/* Over the end of the text, so that nothing moves when it appears. */}
        <span
          aria-hidden
          className={classNames(
            'absolute inset-y-0 right-0 flex items-center bg-hover pl-1.5 transition-opacity duration-120',
            !copied && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
          )}
        >
          {copied ? <Check className="size-3 text-ok" /> : <Copy className="size-3 text-ink-3" />}
        </span>
      </button>
    </Tooltip>
  )
}
