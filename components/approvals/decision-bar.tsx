'use client'

import { ArrowUpFromDot, Check, Repeat, X } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import { useAction } from '@/components/use-action'
import type { ApprovalCardView } from './approval-view'
import { StandingDialog } from './standing-dialog'
import { useSecond } from './use-second'

export interface DecisionActions {
  decide: Action<{ approvalId: string; verdict: 'approve' | 'deny'; reason: string }, ApprovalCardView>
  grantStanding: Action<{ approvalId: string; minutes: number; reason: string }, ApprovalCardView>
  escalate: Action<{ approvalId: string }, ApprovalCardView>
}

interface DecisionBarProps {
  card: ApprovalCardView
  actions: DecisionActions
  onDecided: (card: ApprovalCardView) => void
}

/** What the next Enter in the reason field does. */
type Intent = 'approve' | 'deny' | null

const PLACEHOLDER = {
  approve: 'Why is it right? This rule asks for a reason.',
  deny: 'Why not? The caller is told. Enter denies.',
}

/** The four answers. What is pressed is sent at once and cannot be taken back, so each says what it does. */
export function DecisionBar({ card, actions, onDecided }: DecisionBarProps) {
  const field = useRef<HTMLInputElement>(null)
  const [reason, setReason] = useState('')
  const [intent, setIntent] = useState<Intent>(null)
  const [standing, setStanding] = useState(false)
  const decide = useAction(actions.decide, { onDone: onDecided })
  const escalate = useAction(actions.escalate, { onDone: onDecided })
  const { may } = card
  const over = useSecond(card.now) >= new Date(card.expiresAt).getTime()
  const busy = decide.pending || escalate.pending
  const open = !over && !busy

  const ask = (next: Intent) => {
    setIntent(next)
    field.current?.focus()
  }
  const answer = (verdict: 'approve' | 'deny') => {
    if (!open || !(verdict === 'approve' ? may.approve : may.deny)) return
    const missing = reason.trim() === '' && (verdict === 'deny' || may.reasonRequired)
    if (missing) return ask(verdict)
    decide.run({ approvalId: card.id, verdict, reason: reason.trim() })
  }
  useHotkeys(
    'This call',
    [
      ...(may.approve
        ? [{ keys: 'a', label: 'Approve once', run: (event: KeyboardEvent) => !event.repeat && answer('approve') }]
        : []),
      { keys: 'd', label: 'Deny, with a reason', run: (event: KeyboardEvent) => !event.repeat && answer('deny') },
      ...(may.standing
        ? [{ keys: 's', label: 'Let the session repeat this tool', run: () => open && setStanding(true) }]
        : []),
      ...(may.escalate
        ? [
            {
              keys: 'e',
              label: 'Escalate now',
              run: (event: KeyboardEvent) => !event.repeat && open && escalate.run({ approvalId: card.id }),
            },
          ]
        : []),
    ],
    { enabled: may.deny },
  )
  if (!may.deny) return <MayNot card={card} actions={actions} onDecided={onDecided} />
  const problem = decide.failure?.message ?? escalate.failure?.message ?? null
  return (
    <section aria-label="Your decision" className="shrink-0 border-t bg-surface px-4 py-3 md:px-7">
      <div className="flex flex-wrap items-center gap-2">
        <Input
          ref={field}
          value={reason}
          maxLength={1_000}
          aria-label={intent === null ? 'Reason' : PLACEHOLDER[intent]}
          aria-invalid={intent !== null && reason.trim() === '' ? true : undefined}
          aria-describedby="decision-is-final"
          placeholder={
            intent === null
              ? may.reasonRequired
                ? 'Reason, kept with the decision'
                : 'Reason (optional)'
              : PLACEHOLDER[intent]
          }
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && intent !== null && reason.trim() !== '') {
              event.preventDefault()
              answer(intent)
            }
            if (event.key === 'Escape') {
              setIntent(null)
              event.currentTarget.blur()
            }
          }}
          className="min-w-0 flex-1 max-md:basis-full"
        />
        <Button
          variant="danger"
          kbd="d"
          icon={<X aria-hidden />}
          disabled={over}
          pending={busy}
          onClick={() => answer('deny')}
          className="max-md:h-10 max-md:flex-1"
        >
          Deny
        </Button>
        {may.escalate && (
          <Button
            kbd="e"
            icon={<ArrowUpFromDot aria-hidden />}
            disabled={over}
            pending={busy}
            onClick={() => escalate.run({ approvalId: card.id })}
            className="max-md:h-10 max-md:flex-1"
          >
            Escalate
          </Button>
        )}
        {may.standing && (
          <Button
            kbd="s"
            icon={<Repeat aria-hidden />}
            disabled={over}
            pending={busy}
            onClick={() => setStanding(true)}
            className="max-md:h-10 max-md:flex-1"
          >
            <span className="max-md:hidden">This session…</span>
            <span className="md:hidden">Session…</span>
          </Button>
        )}
        {may.approve && (
          <Button
            variant="primary"
            kbd="a"
            icon={<Check aria-hidden className="md:hidden" />}
            disabled={over}
            pending={busy}
            onClick={() => answer('approve')}
            className="max-md:h-10 max-md:flex-1"
          >
            Approve once
          </Button>
        )}
      </div>
      <p
        id="decision-is-final"
        role={problem ? 'alert' : undefined}
        className={`mt-2 text-xs ${problem ? 'text-no' : 'text-ink-3'}`}
      >
        {problem ?? (over ? 'Time is up: the call is being refused.' : finality(card))}
      </p>
      <StandingDialog
        card={card}
        action={actions.grantStanding}
        open={standing}
        onOpenChange={setStanding}
        onDone={onDecided}
      />
    </section>
  )
}

function finality({ may, seats }: ApprovalCardView): string {
  if (!may.approve) {
    return `${may.whyNot ?? 'It was approved.'} Until it has run, a denial still ends it.`
  }
  const missing = Math.max(0, ...seats.map(({ quorum, taken }) => quorum - taken.length))
  const forWhom = may.onBehalfOf ? `You decide in the place of ${may.onBehalfOf}. ` : ''
  const last = missing > 1 ? `${missing} approvals are missing; one denial ends it. ` : ''
  return `${forWhom}${last}A decision takes effect at once and cannot be undone.`
}

/** Whoever only looks is told why, and may still be able to call for help. */
function MayNot({ card, actions, onDecided }: DecisionBarProps) {
  const escalate = useAction(actions.escalate, { onDone: onDecided })
  useHotkeys(
    'This call',
    [{ keys: 'e', label: 'Escalate now', run: (event) => !event.repeat && escalate.run({ approvalId: card.id }) }],
    { enabled: card.may.escalate },
  )
  if (card.may.whyNot === null && !card.may.escalate) return null
  return (
    <section
      aria-label="Your decision"
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-t bg-canvas px-4 py-3 text-sm md:px-7"
    >
      <p className="min-w-0 flex-1 basis-60 text-ink-2">{card.may.whyNot}</p>
      {card.may.escalate && (
        <Button
          kbd="e"
          icon={<ArrowUpFromDot aria-hidden />}
          pending={escalate.pending}
          onClick={() => escalate.run({ approvalId: card.id })}
        >
          Escalate
        </Button>
      )}
      {escalate.failure && (
        <p role="alert" className="basis-full text-no text-xs">
          {escalate.failure.message}
        </p>
      )}
    </section>
  )
}
