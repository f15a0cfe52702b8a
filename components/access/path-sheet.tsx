'use client'

import { Play, ScrollText } from 'lucide-react'
import { plural } from '@/components/format'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList, Section } from '@/components/ui/section'
import { Sheet } from '@/components/ui/sheet'
import { REASON_TEXT } from '@/lib/words'
import type { AccessActions } from './access-actions'
import type { AccessDetailView } from './access-path'
import { ExclusionItem, GrantItem, ToolVerdicts } from './path-parts'
import { TryCall } from './try-call'
import { usePathParam } from './use-path-param'

interface PathSheetProps extends AccessActions {
  /** Null when there is no such path that the viewer may see. */
  path: AccessDetailView | null
}

/** Why an access path exists, and what happens on it: by the function that rules on live calls. */
export function PathSheet({ path, ...actions }: PathSheetProps) {
  const { open } = usePathParam()
  const close = (next: boolean) => {
    if (!next) open(null)
  }
  if (path === null) {
    return (
      <Sheet open onOpenChange={close} size="lg" title="No such access">
        <EmptyState compact title="There is nothing here for you">
          The access path does not exist, or it is not yours to see.
        </EmptyState>
      </Sheet>
    )
  }
  const passing = path.tools.filter((tool) => tool.refusedBy === null)
  const query = `identity=${encodeURIComponent(path.identity.name)}&connection=${encodeURIComponent(path.connection.slug)}`
  return (
    <Sheet
      open
      onOpenChange={close}
      size="lg"
      title={`${path.identity.name} on ${path.connection.name}`}
      description={
        path.closedBy === null
          ? `${passing.length} of ${plural(path.tools.length, 'tool')} would pass now${path.liveSessions > 0 ? `, ${plural(path.liveSessions, 'live session')}` : ''}`
          : 'Nothing passes now'
      }
      footer={
        <>
          <ButtonLink href={`/audit?${query}`} prefetch={false} icon={<ScrollText aria-hidden />}>
            Audit events
          </ButtonLink>
          <ButtonLink href={`/sessions?${query}`} prefetch={false} icon={<Play aria-hidden />}>
            Sessions
          </ButtonLink>
        </>
      }
    >
      <div className="flex flex-col gap-6 text-sm">
        {path.closedBy !== null && <Callout tone="no" title={REASON_TEXT[path.closedBy]} />}
        {path.exclusions.length > 0 && (
          <Section title="Taken away">
            <Card flush>
              <CardList label="Exclusions">
                {path.exclusions.map((exclusion) => (
                  <ExclusionItem key={exclusion.id} exclusion={exclusion} liftExclusion={actions.liftExclusion} />
                ))}
              </CardList>
            </Card>
          </Section>
        )}
        <Section title="Why it exists" aside={plural(path.grants.length, 'grant')}>
          {path.grants.length === 0 ? (
            <p className="text-ink-3">No grant leads here any more.</p>
          ) : (
            <Card flush>
              <CardList label="Grants">
                {path.grants.map((grant) => (
                  <GrantItem key={grant.id} grant={grant} revokeGrant={actions.revokeGrant} />
                ))}
              </CardList>
            </Card>
          )}
        </Section>
        <Section title="What happens on a call" aside={`${passing.length} of ${path.tools.length} pass`}>
          {path.tools.length === 0 ? (
            <p className="text-ink-3">No tools of this connection are known yet.</p>
          ) : (
            <ToolVerdicts tools={path.tools} />
          )}
        </Section>
        <Section
          title="Try a call"
          description="By the function that rules on live calls. It is not made, and not kept."
        >
          <TryCall path={path} tryCall={actions.tryCall} />
        </Section>
      </div>
    </Sheet>
  )
}
