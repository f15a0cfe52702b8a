'use client'

import { CircleAlert, CircleCheck } from 'lucide-react'
import { useId, useRef } from 'react'
import { classNames } from '@/components/ui/class-names'
import { CONTROL } from '@/components/ui/input'
import { EXAMPLES, VARIABLES } from './condition-help'
import { problemSpan } from './problem-span'

export interface PlacedProblem {
  message: string
  line: number
  column: number
}

interface ConditionEditorProps {
  value: string
  onValueChange: (value: string) => void
  /** Of exactly this text; null while it is not known, and when there is none. */
  problem: PlacedProblem | null
  /** Whether it was checked as it stands. */
  isChecked: boolean
}

const TEXT = 'whitespace-pre-wrap break-words px-3 py-2.5 font-mono text-sm leading-5'

/** A CEL expression, with what is wrong with it underlined where it is. */
export function ConditionEditor({ value, onValueChange, problem, isChecked }: ConditionEditorProps) {
  const id = useId()
  const input = useRef<HTMLTextAreaElement>(null)
  const insert = (text: string) => {
    onValueChange(value.trim() === '' ? text : `${value.trimEnd()}\n  && ${text}`)
    input.current?.focus()
  }
  return (
    <div className="flex flex-col gap-3">
      <div>
        <label htmlFor={id} className="sr-only">
          Condition
        </label>
        <div className="grid">
          <Underline source={value} problem={problem} />
          <textarea
            ref={input}
            id={id}
            value={value}
            onChange={(event) => onValueChange(event.target.value)}
            rows={4}
            maxLength={4000}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="none"
            placeholder="none: every such call"
            aria-invalid={problem !== null || undefined}
            aria-describedby={`${id}-verdict`}
            className={classNames(
              CONTROL,
              TEXT,
              'field-sizing-content relative col-start-1 row-start-1 min-h-26 resize-none bg-transparent',
            )}
          />
        </div>
        <Verdict id={`${id}-verdict`} problem={problem} isChecked={isChecked} isEmpty={value.trim() === ''} />
      </div>
      <details className="group text-sm">
        <summary className="w-fit cursor-default rounded-sm text-ink-3 hover:text-ink">What can be asked</summary>
        <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
          {VARIABLES.map(({ name, fields }) => (
            <div key={name} className="contents">
              <dt className="font-mono text-ink">{name}</dt>
              <dd className="text-ink-2">{fields}</dd>
            </div>
          ))}
        </dl>
        <ul className="mt-3 flex flex-col gap-1" aria-label="Examples">
          {EXAMPLES.map(({ text, says }) => (
            <li key={text}>
              <button
                type="button"
                onClick={() => insert(text)}
                className="flex w-full flex-wrap items-baseline gap-x-3 rounded-sm px-1.5 py-1 text-left text-xs hover:bg-hover"
              >
                <code className="break-all font-mono text-ink">{text}</code>
                <span className="text-ink-3">{says}</span>
              </button>
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}

/** The same letters in the same places behind the text, of which only the underline shows. */
function Underline({ source, problem }: { source: string; problem: PlacedProblem | null }) {
  const { start, end } = problem ? problemSpan(source, problem.line, problem.column) : { start: 0, end: 0 }
  return (
    <div
      aria-hidden
      className={classNames(
        TEXT,
        'pointer-events-none col-start-1 row-start-1 rounded-md border border-transparent bg-raised text-transparent',
      )}
    >
      {source.slice(0, start)}
      <span
        data-problem={problem ? '' : undefined}
        className={problem ? 'underline decoration-2 decoration-no decoration-wavy underline-offset-4' : undefined}
      >
        {source.slice(start, end)}
      </span>
      {source.slice(end)}
    </div>
  )
}

interface VerdictProps extends Pick<ConditionEditorProps, 'problem' | 'isChecked'> {
  id: string
  isEmpty: boolean
}

function Verdict({ id, problem, isChecked, isEmpty }: VerdictProps) {
  return (
    <p
      id={id}
      aria-live="polite"
      className={classNames('mt-1.5 flex min-h-4 items-start gap-1.5 text-xs', problem ? 'text-no' : 'text-ink-3')}
    >
      {problem ? (
        <>
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span className="min-w-0 break-words">
            Line {problem.line}, column {problem.column}: {problem.message}
          </span>
        </>
      ) : isEmpty ? (
        'Without a condition the rule acts on every call that it selects.'
      ) : isChecked ? (
        <>
          <CircleCheck aria-hidden className="mt-0.5 size-3 shrink-0 text-ok" />
          Reads well. Where it cannot be evaluated, it counts as met.
        </>
      ) : (
        'Checking…'
      )}
    </p>
  )
}
