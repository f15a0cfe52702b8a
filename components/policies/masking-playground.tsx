'use client'

import { ShieldCheck } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatNumber, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { MaskBadge } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { CONTROL, Textarea } from '@/components/ui/input'
import type { MaskType } from '@/lib/domain'
import type { Place } from '@/lib/masking/places'
import { MASK_TYPES } from '@/lib/words'
import { MaskTypeChoice } from './mask-type-choice'
import { PLAYGROUND_LIMIT } from './playground-limit'

const TYPING_PAUSE_MS = 250

// Values that exist in documentation only: RFC 2606 names, reserved 555 lines, RFC 5737 addresses, issuers' test cards and keys.
const EXAMPLE = `{
  "customer": { "name": "Jane Roe", "email": "jane.roe@example.com", "phone": "+1 212 555 0143", "dob": "1986-12-27" },
  "payment": { "card": "4111 1111 1111 1111", "iban": "DE89 3704 0044 0532 0130 00" },
  "note": "Dr. Roe called from 203.0.113.45, ship to 221B Baker Street. Order 4111111111111112 is a number, no card.",
  "config": "DATABASE_URL=postgres://app:s3cr3t@db.example.com/orders AWS_KEY=AKIAIOSFODNN7EXAMPLE",
  "salary": 92000
}`
const EXAMPLE_FIELDS = '$..salary'

interface Sample {
  text: string
  types: MaskType[]
  fields: string[]
}

interface MaskingPlaygroundProps {
  mask: Action<Sample, { text: string; places: Place[] }>
}

interface Shown {
  of: string
  text: string
  places: Place[]
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** The gateway's own masker over what is typed. The text is in this page and in one request, nowhere else. */
export function MaskingPlayground({ mask }: MaskingPlaygroundProps) {
  const [text, setText] = useState(EXAMPLE)
  const [types, setTypes] = useState<MaskType[]>([...MASK_TYPES])
  const [fields, setFields] = useState(EXAMPLE_FIELDS)
  const [shown, setShown] = useState<Shown | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [fieldProblem, setFieldProblem] = useState<string | null>(null)
  const latest = useRef('')
  const inputId = useId()
  const tooLong = text.length > PLAYGROUND_LIMIT
  const asked = JSON.stringify({ text, types, fields: linesOf(fields) } satisfies Sample)

  useEffect(() => {
    latest.current = asked
    if (tooLong) return
    const timer = setTimeout(async () => {
      const result = await mask(JSON.parse(asked) as Sample).catch(() => null)
      // An answer that typing has overtaken is dropped.
      if (latest.current !== asked) return
      if (result?.ok) setShown({ of: asked, ...result.value })
      const inFields = result?.ok === false && result.problems.some(({ path }) => path === 'fields')
      setFieldProblem(inFields ? result.message : null)
      setProblem(
        result?.ok || inFields ? null : (result?.message ?? 'The server did not answer. Type on to try again.'),
      )
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [asked, mask, tooLong])

  const count = shown?.places.reduce((sum, place) => sum + place.count, 0) ?? 0
  return (
    <div className="flex flex-col gap-4">
      <p className="flex items-start gap-2 text-ink-2 text-sm">
        <ShieldCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ok" />
        <span>
          The masker that the gateway runs. Nothing you paste is stored, logged or audited: it is masked and forgotten.
        </span>
      </p>
      <MaskTypeChoice chosen={types} onChange={setTypes} />
      <Field
        label="Fields"
        optional
        error={fieldProblem ?? undefined}
        hint="One path a line: $..salary, $.customers[*].phone, or a name. What stands there is masked, whatever it is."
      >
        <Textarea mono rows={2} spellCheck={false} value={fields} onChange={(event) => setFields(event.target.value)} />
      </Field>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <section className="flex min-w-0 flex-col gap-2">
          <div className="flex min-h-7 items-center justify-between gap-3">
            <label htmlFor={inputId} className="font-semibold text-ink text-sm">
              JSON or text
            </label>
            <span className="flex items-center gap-2 text-ink-3 text-xs">
              <span className={tooLong ? 'text-no' : ''}>
                {formatNumber(text.length)} of {formatNumber(PLAYGROUND_LIMIT)}
              </span>
              <Button size="sm" variant="ghost" onClick={() => setText('')}>
                Clear
              </Button>
            </span>
          </div>
          <textarea
            id={inputId}
            value={text}
            onChange={(event) => setText(event.target.value)}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={tooLong || undefined}
            aria-describedby={tooLong ? `${inputId}-long` : undefined}
            placeholder="Paste what a tool answered…"
            className={`${CONTROL} min-h-80 flex-1 resize-y px-3.5 py-3 font-mono text-xs leading-5`}
          />
          {tooLong && (
            <p id={`${inputId}-long`} role="alert" className="text-no text-xs">
              Too long to mask here as you type. Use <code className="font-mono">npx countersign mask</code> for files,
              or paste less.
            </p>
          )}
        </section>
        <section aria-label="Masked" aria-busy={shown?.of !== asked} className="flex min-w-0 flex-col gap-2">
          <div className="flex min-h-7 flex-wrap items-center gap-2">
            <h2 className="font-semibold text-ink text-sm">As clients get it</h2>
            <p aria-live="polite" className="text-ink-3 text-xs">
              {problem ? (
                <span className="text-no">{problem}</span>
              ) : count === 0 ? (
                'nothing to mask'
              ) : (
                `${plural(count, 'value')} masked`
              )}
            </p>
          </div>
          <div
            className={`min-h-80 flex-1 transition-opacity duration-120 *:h-full ${shown?.of === asked ? '' : 'opacity-60'}`}
          >
            <CodeBlock code={shown?.text ?? ''} wrap />
          </div>
        </section>
      </div>
      {shown !== null && shown.places.length > 0 && <Places places={shown.places} />}
      <p className="max-w-200 text-ink-3 text-xs">
        Equal values get equal placeholders within one session, so agents can still tell people apart. Here the
        placeholders are others than in any recording.
      </p>
    </div>
  )
}

/** What was found and on which lines, most first. */
function Places({ places }: { places: readonly Place[] }) {
  return (
    <table className="w-full max-w-200 text-left text-xs">
      <caption className="sr-only">What was found, and where</caption>
      <thead className="text-ink-3">
        <tr className="border-b">
          <th className="py-1.5 pr-4 font-medium">Type</th>
          <th className="py-1.5 pr-4 text-right font-medium">Values</th>
          <th className="py-1.5 font-medium">Lines</th>
        </tr>
      </thead>
      <tbody>
        {places.map(({ type, count, lines }) => (
          <tr key={type} className="border-b">
            <td className="py-1.5 pr-4">
              <MaskBadge type={type} />
            </td>
            <td className="py-1.5 pr-4 text-right text-ink tabular-nums">{formatNumber(count)}</td>
            <td className="py-1.5 font-mono text-ink-2">{lines.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
