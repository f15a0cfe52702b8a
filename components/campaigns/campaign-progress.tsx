import { Progress } from '@/components/ui/progress'
import type { CampaignSummary } from './campaign-summary'

type Counted = Pick<CampaignSummary, 'name' | 'items' | 'byVerdict'>

/** Verdicts as a share of all items; what is left is undecided. */
export function CampaignProgress({
  campaign,
  legend,
  className,
}: {
  campaign: Counted
  legend?: boolean
  className?: string
}) {
  const { certify, revoke, reduce, abstain } = campaign.byVerdict
  return (
    <Progress
      className={className}
      label={campaign.name}
      legend={legend}
      total={campaign.items}
      segments={[
        { tone: 'ok', value: certify, label: 'certify' },
        { tone: 'no', value: revoke, label: 'revoke' },
        { tone: 'cut', value: reduce, label: 'reduce' },
        { tone: 'neutral', value: abstain, label: 'abstain' },
      ]}
    />
  )
}
