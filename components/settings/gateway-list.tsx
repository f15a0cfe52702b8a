import { CircleCheck, LoaderCircle, Unplug } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Callout } from '@/components/ui/callout'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'

interface GatewayListProps {
  version: string
  changedAt: Date
  gateways: readonly {
    id: string
    name: string
    url: string
    startedAt: Date
    heartbeatAt: Date
    appliedVersion: string
    live: boolean
  }[]
}

const HEAD = ['Gateway', 'State', 'Policy version', 'Heartbeat', 'Up since']

export function GatewayList({ version, changedAt, gateways }: GatewayListProps) {
  return (
    <Section
      title="Gateways"
      aside={
        <span>
          policy version {version}, changed <RelativeTime at={changedAt} />
        </span>
      }
      description="A replica that cannot confirm its policy for four seconds stops forwarding by itself; six seconds without a heartbeat and it no longer counts as live."
    >
      {gateways.length === 0 ? (
        <Callout tone="no" title="No gateway is running">
          Nothing passes, and revocations cannot be verified. Start one with{' '}
          <code className="font-mono text-xs">npm run gateway</code>.
        </Callout>
      ) : (
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="overflow-x-auto rounded-lg border"
        >
          <table className="w-full min-w-160 text-left text-sm">
            <caption className="sr-only">Gateways</caption>
            <thead>
              <tr className="text-ink-3 text-xs">
                {HEAD.map((title) => (
                  <th key={title} scope="col" className="h-9 px-4 font-medium">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {gateways.map((gateway) => (
                <tr key={gateway.id} className="border-t">
                  <th scope="row" className="px-4 py-2.5 font-normal">
                    <span className="block font-medium text-ink">{gateway.name}</span>
                    <span className="block break-all font-mono text-ink-3 text-xs">{gateway.url}</span>
                  </th>
                  <td className="px-4 py-2.5">
                    <GatewayBadge live={gateway.live} current={gateway.appliedVersion === version} />
                  </td>
                  <td className="px-4 py-2.5">{gateway.appliedVersion}</td>
                  <td className="px-4 py-2.5">
                    <RelativeTime at={gateway.heartbeatAt} />
                  </td>
                  <td className="px-4 py-2.5">
                    <RelativeTime at={gateway.startedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

function GatewayBadge({ live, current }: { live: boolean; current: boolean }) {
  if (!live) {
    return (
      <Badge tone="no" icon={<Unplug aria-hidden />}>
        silent
      </Badge>
    )
  }
  return current ? (
    <Badge tone="ok" icon={<CircleCheck aria-hidden />}>
      live, up to date
    </Badge>
  ) : (
    <Badge tone="cut" icon={<LoaderCircle aria-hidden />}>
      live, behind
    </Badge>
  )
}
