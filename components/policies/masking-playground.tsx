'use client'

import { ShieldCheck } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatNumber, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { CodeBlock } from '@/components/ui/code-block'
import { MaskBadge } from '@/components/ui/domain-badges'
import { CONTROL } from '@/components/ui/input'
import type { MaskType, Redactions } from '@/lib/domain'
import { MASK_TYPES } from '@/lib/words'
import { PLAYGROUND_LIMIT } from './playground-limit'
import { TYPE_WORDS } from './rule-sentence'

const TYPING_PAUSE_MS = 250

// Numbers that exist in documentation only: RFC 2606 names, reserved 555 lines, issuers' test cards.
const EXAMPLE = `{
  "customer": { "name": "Jane Roe", "email": "jane.roe@example.com", "phone": "+1 212 555 0143" },
  "payment": { "card": "4111 1111 1111 1111", "iban": "DE89 3704 0044 0532 0130 00" },
  "note": "Call back on 212-555-0143 or write to Jane.Roe@example.com. Order 4111111111111112 is a number, no card."
}`

interface MaskingPlaygroundProps {
  mask: Action<{ text: string; types: MaskType[] }, { text: string; redactions: Redactions }>
}

interface Shown {
  of: string
  text: string
  redactions: Redactions
}

/** The gateway's own masker over what is typed. The text is in this page and in one request, nowhere else. */
export function MaskingPlayground({ mask }: MaskingPlaygroundProps) {
  const [text, setText] = useState(EXAMPLE)
  const [types, setTypes] = useState<MaskType[]>([...MASK_TYPES])
  const [shown, setShown] = useState<Shown | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const latest = useRef('')
  const inputId = useId()
  const tooLong = text.length > PLAYGROUND_LIMIT
  const asked = JSON.stringify([text, types])

  useEffect(() => {
    latest.current = asked
    if (tooLong) return
    const [sent, wanted] = JSON.parse(asked) as [string, MaskType[]]
    const timer = setTimeout(async () => {
      const result = await mask({ text: sent, types: wanted }).catch(() => null)
      // An answer that typing has overtaken is dropped.
      if (latest.current !== asked) return
      if (result?.ok) setShown({ of: asked, ...result.value })
      setProblem(result?.ok ? null : (result?.message ?? 'The server did not answer. Type on to try again.'))
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [asked, mask, tooLong])

  const count = Object.values(shown?.redactions ?? {}).reduce((sum, each) => sum + each, 0)
  return (
    <div className="flex flex-col gap-4">
      <p className="flex items-start gap-2 text-ink-2 text-sm">
        <ShieldCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ok" />
        <span>
          The masker that the gateway runs. Nothing you paste is stored, logged or audited: it is masked and forgotten.
        </span>
      </p>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
        <legend className="sr-only">Types to mask</legend>
        {MASK_TYPES.map((type) => (
          <Checkbox
            key={type}
            label={TYPE_WORDS[type]}
            checked={types.includes(type)}
            onCheckedChange={(checked) =>
              setTypes((before) =>
                MASK_TYPES.filter((each) => (each === type ? checked === true : before.includes(each))),
              )
            }
          />
        ))}
      </fieldset>
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
            <p aria-live="polite" className="flex flex-wrap items-center gap-1.5 text-ink-3 text-xs">
              {problem ? (
                <span className="text-no">{problem}</span>
              ) : (
                <>
                  <span>{count === 0 ? 'nothing to mask' : `${plural(count, 'value')} masked`}</span>
                  {Object.entries(shown?.redactions ?? {}).map(([type, each]) => (
                    <MaskBadge key={type} type={type} count={each} />
                  ))}
                </>
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
      <p className="max-w-200 text-ink-3 text-xs">
        Equal values get equal placeholders within one session, so agents can still tell people apart. Here the
        placeholders are others than in any recording.
      </p>
    </div>
  )
}
