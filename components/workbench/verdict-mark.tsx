import { CircleAlert, HelpCircle } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { classNames } from '@/components/ui/class-names'
import { VERDICT_FACE } from '@/components/ui/domain-badges'
import { TONE_TEXT } from '@/components/ui/tone'
import type { Verdict } from '@/lib/domain'
import type { ItemDecision, ReviewItem, SuggestedVerdict } from './review-item'

const WILL: Record<Verdict, string> = { certify: 'Certify', revoke: 'Revoke', reduce: 'Reduce', abstain: 'Abstain' }
const ADVICE: Record<SuggestedVerdict, string> = {
  certify: 'Certify',
  revoke: 'Revoke',
  reduce: 'Reduce',
  look: 'Look closer',
}

/** What a person decided: outlined, where advice is tinted, so that the two are never taken for each other. */
export function VerdictMark({ decision, signedOff, saving }: VerdictMarkProps) {
  const { label, tone, icon: Icon } = VERDICT_FACE[decision.verdict]
  return (
    <span
      data-tone={tone}
      className={classNames(
        'inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-md border border-line-strong bg-raised px-1.5 font-medium text-xs transition-opacity duration-120',
        TONE_TEXT[tone],
        saving && 'opacity-60',
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {signedOff ? label : WILL[decision.verdict]}
      {decision.verdict === 'reduce' && <span className="text-ink-3">to {decision.keepTools.length || 'used'}</span>}
    </span>
  )
}

interface VerdictMarkProps {
  decision: ItemDecision
  signedOff: boolean
  saving: boolean
}

/** The server refused: said on the row itself, because the toast is gone by the time one looks again. */
export function NotSaved({ reason }: { reason: string }) {
  return (
    <span title={reason} className="inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-no text-xs">
      <CircleAlert aria-hidden className="size-3.5" />
      Not saved
    </span>
  )
}

/** Advice and the reason for it, which a reviewer can check against the evidence. */
export function Suggestion({ suggestion, full = false }: Pick<ReviewItem, 'suggestion'> & { full?: boolean }) {
  const { verdict, why } = suggestion
  const face = verdict === 'look' ? null : VERDICT_FACE[verdict]
  const Icon = face?.icon ?? HelpCircle
  return (
    <span className="flex min-w-0 flex-col items-start gap-1">
      <Badge tone={face?.tone ?? 'neutral'} icon={<Icon aria-hidden />}>
        {ADVICE[verdict]}
      </Badge>
      <span
        title={full ? undefined : why}
        className={full ? 'text-ink-2 text-sm' : 'line-clamp-1 max-w-full text-ink-3 text-xs'}
      >
        {why}
      </span>
    </span>
  )
}
