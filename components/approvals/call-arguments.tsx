'use client'

import { useState } from 'react'
import { plural } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import { MaskedText } from '@/components/ui/masked-text'
import type { ArgumentLine, ArgumentView, LinePart, PartKind } from './argument-lines'

const KIND: Record<PartKind, string> = {
  punctuation: 'text-ink-3',
  key: 'text-ink-2',
  value: 'text-ink',
  plain: 'text-ink',
  keyword: 'font-semibold text-code-keyword',
  danger: 'font-semibold text-no underline decoration-no/50 underline-offset-3',
  string: 'text-code-string',
  number: 'text-code-number',
  variable: 'text-code-number',
  comment: 'text-ink-3 italic',
}

/** More than this is folded; what differs below the fold is counted on the button. */
const FOLD = 22

interface CallArgumentsProps {
  view: ArgumentView
  /** "12 Nov 2026, 10:58": when the call was approved that this one is compared with. */
  comparedWith: string | null
}

/** What the call would do, to the letter, with every difference from the last one that was approved. */
export function CallArguments({ view, comparedWith }: CallArgumentsProps) {
  const [open, setOpen] = useState(false)
  const folded = !open && view.lines.length > FOLD + 4
  const shown = folded ? view.lines.slice(0, FOLD) : view.lines
  const changedBelow = view.lines.slice(shown.length).filter(({ change }) => change !== 'same').length
  return (
    <figure aria-label="Arguments" className="min-w-0">
      <div className="overflow-hidden rounded-lg border bg-sunken">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="overflow-x-auto py-2.5 font-mono text-ink text-sm leading-5 outline-offset-[-2px] max-md:text-xs"
        >
          {shown.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, which never reorder
            <Line key={index} line={line} />
          ))}
        </pre>
        {(folded || view.left > 0) && (
          <div className="flex items-center gap-3 border-t px-3.5 py-1.5 text-ink-3 text-xs">
            {folded && (
              <button
                type="button"
                onClick={() => setOpen(true)}
                className="rounded-sm font-medium text-accent hover:underline"
              >
                Show {plural(view.lines.length - shown.length, 'more line')}
                {changedBelow > 0 && `, ${changedBelow} of them changed`}
              </button>
            )}
            {!folded && view.left > 0 && (
              <span>{plural(view.left, 'more line')}: read the whole call in the session before you decide.</span>
            )}
          </div>
        )}
      </div>
      <figcaption className="mt-1.5 text-ink-3 text-xs">{comparison(view, comparedWith)}</figcaption>
    </figure>
  )
}

function comparison({ differs }: ArgumentView, comparedWith: string | null): string {
  if (comparedWith === null) return 'No call of this tool by this caller was approved before: nothing to compare with.'
  if (differs === null) return `Cannot be compared with the call approved ${comparedWith}.`
  if (differs === 0) return `The same arguments as in the call approved ${comparedWith}.`
  return `${plural(differs, 'line differs', 'lines differ')} from the call approved ${comparedWith}.`
}

const EDGE = {
  same: 'border-transparent',
  changed: 'border-cut bg-cut-soft/60',
  added: 'border-cut bg-cut-soft/60',
  removed: 'border-line-strong',
}
const SIGN = { same: null, changed: 'changed: ', added: 'new: ', removed: 'no longer there: ' }

function Line({ line }: { line: ArgumentLine }) {
  const gone = line.change === 'removed'
  return (
    <span
      className={classNames('flex min-w-max border-l-2 pr-3.5', EDGE[line.change])}
      style={{ paddingLeft: 12 + line.depth * 16 }}
    >
      {SIGN[line.change] && <span className="sr-only">{SIGN[line.change]}</span>}
      <span className={classNames('whitespace-pre', gone && 'text-ink-3 line-through')}>
        {line.parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line, which never reorder
          <Part key={index} part={part} marked={line.change === 'changed' && part.kind === 'value'} gone={gone} />
        ))}
        {line.parts.length === 0 && ' '}
      </span>
      {line.was !== null && (
        <span className="ml-3 whitespace-pre text-ink-3">
          {line.change === 'changed' ? 'last approved: ' : ''}
          <MaskedText text={line.was} />
        </span>
      )}
      {line.change === 'added' && !line.text && <span className="ml-3 text-ink-3">new</span>}
    </span>
  )
}

function Part({ part, marked, gone }: { part: LinePart; marked: boolean; gone: boolean }) {
  return (
    <span className={marked ? 'rounded-sm bg-cut-soft px-0.5 text-cut' : gone ? undefined : KIND[part.kind]}>
      <MaskedText text={part.text} />
    </span>
  )
}
