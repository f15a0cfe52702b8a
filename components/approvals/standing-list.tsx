'use client'

import { Repeat } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { ConfirmDialog } from '@/components/ui/dialog'
import { visibleText } from '@/components/ui/visible-text'
import { useAction } from '@/components/use-action'
import type { StandingView } from './approval-view'
import { TimeLeft } from './countdown'

interface StandingListProps {
  standing: readonly StandingView[]
  drawnAt: string
  revoke: Action<{ standingId: string }>
}

/** What may be repeated right now without asking, and an end to it. */
export function StandingList({ standing, drawnAt, revoke }: StandingListProps) {
  const [asked, setAsked] = useState<StandingView | null>(null)
  const { run, pending, failure, reset } = useAction(revoke, { onDone: () => setAsked(null) })
  if (standing.length === 0) return null
  return (
    <section aria-labelledby="standing-approvals">
      <h2 id="standing-approvals" className="px-4.5 pt-4 pb-1.5 font-medium text-ink-3 text-xs">
        Standing approvals in force
      </h2>
      <ul className="border-t">
        {standing.map((each) => (
          <li key={each.id} className="flex min-h-16 items-center gap-3 border-b px-4.5 py-2.5 text-sm">
            <span aria-hidden className="grid w-[34px] shrink-0 place-items-center text-hold">
              <Repeat className="size-4" />
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-ink">
                {each.caller} <span className="font-mono text-xs">{visibleText(each.tool)}</span>
              </span>
              <span className="block truncate text-ink-3">
                <TimeLeft createdAt={each.createdAt} expiresAt={each.expiresAt} drawnAt={drawnAt} />,{' '}
                {each.uses === 0 ? 'not used yet' : `used ${each.uses === 1 ? 'once' : `${each.uses} times`}`}
              </span>
            </span>
            {each.mayRevoke && (
              <Button
                size="sm"
                onClick={() => {
                  reset()
                  setAsked(each)
                }}
              >
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={asked ? `Revoke the standing approval of ${asked.tool}` : ''}
        description={asked ? `The next call of ${asked.tool} by ${asked.caller} is held again.` : ''}
        confirmLabel="Revoke, and hold the next call"
        pending={pending}
        onConfirm={() => asked && run({ standingId: asked.id })}
      >
        {failure && <Callout tone="no" live title={failure.message} />}
      </ConfirmDialog>
    </section>
  )
}
