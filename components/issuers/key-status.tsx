import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { CardList, CardRow } from '@/components/ui/section'

export interface KeysAtGateway {
  gateway: string
  keyIds: readonly string[]
  attemptedAt: Date
  fetchedAt: Date | null
  problem: string | null
}

/** What all live gateways have of an issuer's keys, in one word. */
export function KeyStatusBadge({ gateways }: { gateways: readonly KeysAtGateway[] }) {
  if (gateways.length === 0) {
    return <Badge icon={<CircleDashed aria-hidden />}>not asked yet</Badge>
  }
  const failing = gateways.filter(({ problem }) => problem !== null)
  if (failing.length === 0) {
    return (
      <Badge tone="ok" icon={<CircleCheck aria-hidden />}>
        keys known
      </Badge>
    )
  }
  const without = failing.some(({ fetchedAt }) => fetchedAt === null)
  return (
    <Badge tone={without ? 'no' : 'cut'} icon={<CircleAlert aria-hidden />}>
      {without ? 'no keys' : 'away, old keys serve'}
    </Badge>
  )
}

export function KeyStatusList({ gateways }: { gateways: readonly KeysAtGateway[] }) {
  if (gateways.length === 0) {
    return <p className="px-4 py-3 text-ink-3 text-sm">No gateway has asked for its keys yet.</p>
  }
  return (
    <CardList label="Keys at each gateway">
      {gateways.map((status) => (
        <CardRow
          key={status.gateway}
          title={status.gateway}
          sub={
            <span className="flex flex-wrap gap-x-3">
              <span className="break-all font-mono text-xs leading-5">{status.keyIds.join(', ') || 'no keys'}</span>
              {status.problem && <span className="text-no">{status.problem}</span>}
            </span>
          }
          meta={
            status.fetchedAt ? (
              <span>
                fetched <RelativeTime at={status.fetchedAt} />
              </span>
            ) : (
              <span>
                tried <RelativeTime at={status.attemptedAt} />
              </span>
            )
          }
        />
      ))}
    </CardList>
  )
}
