'use client'

import { useEffect, useState } from 'react'
import type { Action, ActionResult } from '@/components/action-result'
import { plural } from '@/components/format'
import { Callout } from '@/components/ui/callout'
import { Skeleton } from '@/components/ui/skeleton'
import type { IdentityKind } from '@/lib/domain'

export interface LaunchInput {
  name: string
  connections: string[]
  kinds: IdentityKind[]
  identities: string[]
  reviewers: string
  fallback: string
  due?: string
  dueIn?: string
  onSilence: 'revoke' | null
}

export interface CampaignPreview {
  items: number
  reviewers: number
  toFallback: number
  highRisk: number
}

export type PreviewAction = Action<LaunchInput, CampaignPreview>
type Preview = ActionResult<CampaignPreview>

const PAUSE_MS = 250
const UNREACHABLE: Preview = {
  ok: false,
  message: 'The preview did not load. Change something to try again.',
  problems: [],
}

/** What a launch would make, asked once the hand rests. Null until there is an answer to these very choices. */
export function usePreview(preview: PreviewAction, input: LaunchInput | null): Preview | null {
  // A campaign without a name yet has the same population as one with.
  const question = input === null ? null : JSON.stringify({ ...input, name: 'preview' })
  const [answer, setAnswer] = useState<{ question: string; preview: Preview } | null>(null)
  useEffect(() => {
    if (question === null) return
    let stale = false
    const timer = setTimeout(async () => {
      const next = await preview(JSON.parse(question) as LaunchInput).catch(() => UNREACHABLE)
      if (!stale) setAnswer({ question, preview: next })
    }, PAUSE_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [preview, question])
  return answer?.question === question ? answer.preview : null
}

interface LaunchPreviewProps {
  complete: boolean
  preview: Preview | null
  due: string | null
  silence: 'leave' | 'revoke'
}

/** "412 items, 9 reviewers, 3 fall to the fallback". */
export function LaunchPreview({ complete, preview, due, silence }: LaunchPreviewProps) {
  return (
    <aside aria-label="Preview" className="sticky top-18 rounded-lg border bg-canvas p-5">
      <h2 className="font-semibold text-ink text-sm">What this starts</h2>
      <div aria-live="polite" aria-busy={complete && preview === null} className="mt-3">
        {!complete ? (
          <p className="text-ink-3 text-sm">Choose who is asked and until when.</p>
        ) : preview === null ? (
          <div className="flex flex-col gap-2">
            <Skeleton className="h-8 w-24" />
            <Skeleton className="h-4 w-44" />
            <Skeleton className="h-4 w-36" />
          </div>
        ) : preview.ok ? (
          <Numbers preview={preview.value} due={due} silence={silence} />
        ) : (
          <Callout tone="cut" title="It cannot start like this">
            {preview.problems.length > 0 ? (
              <ul className="list-disc pl-4">
                {preview.problems.slice(0, 6).map((problem) => (
                  <li key={problem.message} className="first-letter:uppercase">
                    {problem.message}
                  </li>
                ))}
              </ul>
            ) : (
              preview.message
            )}
          </Callout>
        )}
      </div>
    </aside>
  )
}

function Numbers({
  preview,
  due,
  silence,
}: {
  preview: CampaignPreview
  due: string | null
  silence: 'leave' | 'revoke'
}) {
  return (
    <>
      <p className="font-semibold text-2xl text-ink tracking-[-0.02em]">{plural(preview.items, 'item')}</p>
      <ul className="mt-2 flex flex-col gap-1 text-ink-2 text-sm">
        <li>
          {plural(preview.reviewers, 'reviewer')} {preview.reviewers === 1 ? 'is' : 'are'} asked{due ? ` ${due}` : ''}
        </li>
        <li>{preview.highRisk > 0 ? `${preview.highRisk} high risk` : 'None of them is high risk'}</li>
        <li>
          {preview.toFallback > 0
            ? `${preview.toFallback} ${preview.toFallback === 1 ? 'falls' : 'fall'} to the fallback`
            : 'Nothing falls to the fallback'}
        </li>
        {silence === 'revoke' && <li className="text-no">What stays undecided is revoked at the deadline</li>}
      </ul>
    </>
  )
}
