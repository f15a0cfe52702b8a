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
          'group -mx-1 inline-flex max-w-full items-center gap-1.5 rounded-sm px-1 font-mono text-ink-2 text-xs hover:bg-hover hover:text-ink',
          className,
        )}
      >
        <span className="truncate">{shown}</span>
        {copied ? (
          <Check aria-hidden className="size-3 shrink-0 text-ok" />
        ) : (
          <Copy
            aria-hidden
            className="size-3 shrink-0 text-ink-3 opacity-0 transition-opacity duration-120 group-hover:opacity-100 group-focus-visible:opacity-100"
          />
        )}
      </button>
    </Tooltip>
  )
}
