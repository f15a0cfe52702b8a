import { CircleDashed, HeartPulse, Unplug } from 'lucide-react'
import { Badge } from '@/components/ui/badge'

export type Health = 'ok' | 'unreachable' | 'unchecked'

/** What the last check said. Only a check asks the server, so it is no promise about this moment. */
export function HealthBadge({ health }: { health: Health }) {
  switch (health) {
    case 'ok':
      return (
        <Badge tone="ok" icon={<HeartPulse aria-hidden />}>
          Answers
        </Badge>
      )
    case 'unreachable':
      return (
        <Badge tone="no" icon={<Unplug aria-hidden />}>
          Unreachable
        </Badge>
      )
    case 'unchecked':
      return (
        <Badge tone="neutral" icon={<CircleDashed aria-hidden />}>
          Not checked
        </Badge>
      )
  }
}
