import { AttentionBadge, ExpiredBadge } from '@/components/ui/domain-badges'
import { ATTENTION_LABEL, type Attention } from './standing'

export function StandingBadge({ attention }: { attention: Attention }) {
  switch (attention) {
    case 'disabled':
    case 'ended':
      return <ExpiredBadge>{ATTENTION_LABEL[attention]}</ExpiredBadge>
    case 'without-owner':
    case 'owner-gone':
    case 'ending-soon':
      return <AttentionBadge>{ATTENTION_LABEL[attention]}</AttentionBadge>
  }
}
