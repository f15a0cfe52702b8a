'use client'

import { ReasonDialog } from '@/components/access/reason-dialog'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import type { DefinitionChange } from '@/lib/connections/definition-diff'
import type { ToolReviewCause } from '@/lib/domain'
import { DefinitionDiff } from './definition-diff'

export type DecideToolReview = Action<{ reviewId: string; verdict: 'certify' | 'reject'; comment?: string }, unknown>

export interface OpenToolReview {
  id: string
  cause: ToolReviewCause
  /** SLUG/NAME of the tool it could be taken for. */
  resembles: string | null
  openedAt: Date
  /** Null where there is nothing to compare with. */
  changes: DefinitionChange[] | null
}

interface ToolReviewPanelProps {
  tool: string
  review: OpenToolReview
  /** Calls pass all the same: this connection only flags. */
  isFlagged: boolean
  /** Null for whoever may only look. */
  decide: DecideToolReview | null
}

/** The open question about a tool, and its two answers. */
export function ToolReviewPanel({ tool, review, isFlagged, decide }: ToolReviewPanelProps) {
  return (
    <div className="flex flex-col gap-4">
      <Callout tone="cut" title={TITLE[review.cause](review.resembles)}>
        {isFlagged
          ? 'Calls pass: this connection only flags such tools. '
          : 'Calls of it are refused and clients do not see it, until somebody certifies it. '}
        Seen <RelativeTime at={review.openedAt} />.
      </Callout>
      {review.changes && review.changes.length > 0 && (
        <Section title="What changed">
          <DefinitionDiff changes={review.changes} />
        </Section>
      )}
      {decide ? (
        <Verdicts tool={tool} review={review} decide={decide} />
      ) : (
        <p className="text-ink-3 text-sm">The owner of this connection or an administrator decides.</p>
      )}
    </div>
  )
}

const TITLE: Record<ToolReviewCause, (resembles: string | null) => string> = {
  changed: () => 'Its definition is not the one that was certified',
  new: () => 'It is new, and does more than read',
  look_alike: (resembles) => `Its name could be taken for ${resembles ?? 'that of another tool'}`,
}

function Verdicts({ tool, review, decide }: { tool: string; review: OpenToolReview; decide: DecideToolReview }) {
  const reviewId = review.id
  const certify = useAction(decide, { success: `${tool} is certified as it is now` })
  const reject = useAction(decide, { success: `${tool} stays out` })
  const failureOf = (action: typeof certify) => action.failure?.message ?? null
  return (
    <div className="flex flex-wrap gap-2">
      <ReasonDialog
        trigger={<Button variant="primary">Certify this definition…</Button>}
        title={`Certify ${tool}?`}
        description="What is shown here is pinned. Calls of it pass again from the next one on, where a grant allows them."
        confirmLabel="Certify and let calls pass"
        variant="primary"
        pending={certify.pending}
        failure={failureOf(certify)}
        problem={certify.problemOf('comment') ?? null}
        onConfirm={(comment) => certify.run({ reviewId, verdict: 'certify', comment })}
      />
      <ReasonDialog
        trigger={<Button variant="danger">Reject…</Button>}
        title={`Reject ${tool} as it is now?`}
        description="It stays out of use until its server offers another definition, which is then asked about anew."
        confirmLabel="Reject and keep it out"
        required
        pending={reject.pending}
        failure={failureOf(reject)}
        problem={reject.problemOf('comment') ?? null}
        onConfirm={(comment) => reject.run({ reviewId, verdict: 'reject', comment })}
      />
    </div>
  )
}
