'use client'

import { Ban, Check, KeyRound, Lock } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { formatUtc, plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { ExpiredBadge, ToolRiskBadge } from '@/components/ui/domain-badges'
import { Card, CardList, CardRow, RowIcon, Section } from '@/components/ui/section'
import { Sheet } from '@/components/ui/sheet'
import { REASON_TEXT, type RefusalReason, type ToolRisk } from '@/lib/domain'

export interface PathDetail {
  identity: string
  connection: string
  closedBy: RefusalReason | null
  grants: {
    id: string
    through: string | null
    tools: string[]
    until: Date | null
    expired: boolean
    reason: string
    grantedBy: string
  }[]
  exclusions: { id: string; except: string[]; reason: string; createdBy: string; createdAt: Date }[]
  tools: { name: string; risk: ToolRisk; refusedBy: RefusalReason | null; why: string; masks: string[] }[]
  /** The other end of the path, for who may see it. */
  link: { href: string; label: string } | null
}

/** Why an access path exists and what a call on it would meet: by the function that rules on live calls. */
export function PathSheet({ path }: { path: PathDetail }) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const close = () => {
    const rest = new URLSearchParams(search)
    rest.delete('path')
    router.push(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false })
  }
  const passing = path.tools.filter(({ refusedBy }) => refusedBy === null)
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && close()}
      size="lg"
      title={`${path.identity} on ${path.connection}`}
      description={
        path.closedBy === null
          ? `${passing.length} of ${plural(path.tools.length, 'tool')} would pass now`
          : 'Nothing passes now'
      }
      footer={path.link && <ButtonLink href={path.link.href}>{path.link.label}</ButtonLink>}
    >
      <div className="flex flex-col gap-6">
        {path.closedBy !== null && <Callout tone="no" title={REASON_TEXT[path.closedBy]} />}
        {path.exclusions.length > 0 && (
          <Section title="Taken away">
            <Card flush>
              <CardList label="Exclusions">
                {path.exclusions.map((exclusion) => (
                  <CardRow
                    key={exclusion.id}
                    icon={
                      <RowIcon tone="no">
                        <Ban />
                      </RowIcon>
                    }
                    title={
                      exclusion.except.length === 0 ? 'Everything' : `Everything but ${exclusion.except.join(', ')}`
                    }
                    sub={[exclusion.reason, `by ${exclusion.createdBy}, ${formatUtc(exclusion.createdAt)}`]
                      .filter(Boolean)
                      .join(' · ')}
                  />
                ))}
              </CardList>
            </Card>
          </Section>
        )}
        <Section title="How it gets in" aside={plural(path.grants.length, 'grant')}>
          {path.grants.length === 0 ? (
            <p className="text-ink-3 text-sm">No grant leads here any more.</p>
          ) : (
            <Card flush>
              <CardList label="Grants">
                {path.grants.map((grant) => (
                  <CardRow
                    key={grant.id}
                    icon={
                      <RowIcon>
                        <KeyRound />
                      </RowIcon>
                    }
                    title={
                      <span className="flex flex-wrap items-center gap-1.5">
                        <Badge tone="outline">{grant.through === null ? 'direct' : `group:${grant.through}`}</Badge>
                        <span className="break-all font-mono font-normal text-xs">{grant.tools.join(', ')}</span>
                        {grant.expired && <ExpiredBadge />}
                      </span>
                    }
                    sub={[
                      grant.reason,
                      `by ${grant.grantedBy}`,
                      grant.until ? `until ${formatUtc(grant.until)}` : 'without end',
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  />
                ))}
              </CardList>
            </Card>
          )}
        </Section>
        <Section title="What a call would meet" aside={`${passing.length} of ${path.tools.length} pass`}>
          <div className="overflow-x-auto rounded-lg border">
            <table className="w-full text-left text-sm">
              <caption className="sr-only">Each tool and what would happen on a call</caption>
              <thead>
                <tr className="text-ink-3 text-xs">
                  <th scope="col" className="h-9 px-3 font-medium">
                    Tool
                  </th>
                  <th scope="col" className="h-9 px-3 font-medium">
                    Risk
                  </th>
                  <th scope="col" className="h-9 px-3 font-medium">
                    Result
                  </th>
                </tr>
              </thead>
              <tbody>
                {path.tools.map((tool) => (
                  <tr key={tool.name} className="border-t">
                    <th scope="row" className="px-3 py-2 font-medium font-mono text-xs">
                      {tool.name}
                    </th>
                    <td className="px-3 py-2">
                      <ToolRiskBadge risk={tool.risk} />
                    </td>
                    <td className="px-3 py-2">
                      <span
                        className={`flex items-start gap-1.5 ${tool.refusedBy === null ? 'text-ink-2' : 'text-no'}`}
                      >
                        {tool.refusedBy === null ? (
                          <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ok" />
                        ) : (
                          <Ban aria-hidden className="mt-0.5 size-3.5 shrink-0" />
                        )}
                        {tool.why}
                      </span>
                      {tool.masks.length > 0 && (
                        <span className="mt-0.5 flex items-start gap-1.5 text-mask text-xs">
                          <Lock aria-hidden className="mt-0.5 size-3 shrink-0" />
                          masked: {tool.masks.join(', ').replaceAll('_', ' ')}
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      </div>
    </Sheet>
  )
}
