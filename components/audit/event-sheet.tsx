'use client'

import { Play, ShieldCheck, ShieldX } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { formatUtc } from '@/components/format'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { CopyableId } from '@/components/ui/copyable-id'
import { OutcomeBadge } from '@/components/ui/domain-badges'
import { JsonTree } from '@/components/ui/json-tree'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { Sheet } from '@/components/ui/sheet'
import { visibleText } from '@/components/ui/visible-text'
import type { RefusalReason } from '@/lib/domain'
import { REASON_TEXT } from '@/lib/words'
import { type AuditDetail, actionWords, asOutcome } from './audit-event'

interface EventSheetProps {
  /** Null when there is none of that name that the viewer may see. */
  event: AuditDetail | null
}

/** Everything about one event, and its place in the chain. */
export function EventSheet({ event }: EventSheetProps) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const close = () => {
    const rest = new URLSearchParams(search)
    // Kept, but empty: a reference alone would open its event again.
    if (rest.has('reference')) rest.set('event', '')
    else rest.delete('event')
    router.push(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false })
  }
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && close()}
      size="lg"
      title={event ? actionWords(event.action) : 'No such event'}
      description={event ? formatUtc(event.at) : undefined}
      footer={
        event?.replayHref && (
          <ButtonLink href={event.replayHref} prefetch={false} icon={<Play aria-hidden />}>
            Replay this moment
          </ButtonLink>
        )
      }
    >
      {event ? (
        <EventBody event={event} />
      ) : (
        <p className="text-ink-2 text-sm">
          There is no event of this name or reference that you may see. Whoever runs the connection can look it up.
        </p>
      )}
    </Sheet>
  )
}

function EventBody({ event }: { event: AuditDetail }) {
  const outcome = asOutcome(event.outcome)
  const known = event.reason !== null && event.reason in REASON_TEXT ? (event.reason as RefusalReason) : null
  const present = <Item,>(condition: unknown, item: Item): Item[] => (condition ? [item] : [])
  return (
    <div className="flex flex-col gap-6">
      {known && <Callout tone="no" title={REASON_TEXT[known]} />}
      <KeyValues
        items={[
          { label: 'By', value: visibleText(event.actor) },
          ...present(event.identity, {
            label: 'Identity',
            value: event.identity && <IdentityLabel name={event.identity.name} kind={event.identity.kind} />,
          }),
          ...present(event.connection, { label: 'Connection', value: event.connection?.name }),
          ...present(event.tool, { label: 'Tool', value: event.tool && visibleText(event.tool), mono: true }),
          ...present(event.outcome, {
            label: 'Outcome',
            value: outcome ? <OutcomeBadge outcome={outcome} /> : visibleText(event.outcome ?? ''),
          }),
          ...present(event.reason, {
            label: 'Reason',
            value: known ? <span className="font-mono text-xs">{known}</span> : visibleText(event.reason ?? ''),
          }),
          ...present(event.count > 1, { label: 'Times', value: event.count }),
          ...present(event.reference, {
            label: 'Reference',
            value: <CopyableId value={event.reference ?? ''} label="reference" />,
          }),
          ...present(event.target, {
            label: event.targetType ? actionWords(event.targetType) : 'About',
            value:
              event.targetType === 'approval' ? (
                <Link
                  href={`/approvals/${encodeURIComponent(event.target ?? '')}`}
                  prefetch={false}
                  className="rounded-sm text-accent hover:underline"
                >
                  Open the approval
                </Link>
              ) : (
                <CopyableId value={event.target ?? ''} label="id" />
              ),
          }),
          ...present(event.sessionId, {
            label: 'Session',
            value: (
              <Link
                href={`/audit?session=${encodeURIComponent(event.sessionId ?? '')}`}
                prefetch={false}
                className="rounded-sm text-accent hover:underline"
              >
                All events of this session
              </Link>
            ),
          }),
          { label: 'Time', value: formatUtc(event.at) },
        ]}
      />
      {event.data !== '{}' && (
        <Section title="What was recorded with it">
          <JsonTree source={event.data} label="Data of the event" />
        </Section>
      )}
      <Section
        title="Proof"
        aside={
          event.intact && event.continues ? (
            <Badge tone="ok" icon={<ShieldCheck aria-hidden />}>
              Hash verified
            </Badge>
          ) : (
            <Badge tone="no" icon={<ShieldX aria-hidden />}>
              {event.intact ? 'Does not continue its chain' : 'Content does not match its hash'}
            </Badge>
          )
        }
      >
        <KeyValues
          layout="rows"
          items={[
            { label: 'Record', value: `${event.seq} in the chain ${event.chain}`, mono: true },
            { label: 'Hash', value: <CopyableId value={event.hash} ends={8} label="hash" /> },
            {
              label: 'Previous',
              value: /^0+$/.test(event.previousHash) ? (
                'none, the first of its chain'
              ) : (
                <CopyableId value={event.previousHash} ends={8} label="previous hash" />
              ),
            },
            {
              label: 'Checkpoint',
              value: event.checkpoint ? (
                <>
                  {event.checkpoint.seq}, signed <RelativeTime at={event.checkpoint.at} />
                </>
              ) : (
                'not signed yet'
              ),
            },
          ]}
        />
      </Section>
    </div>
  )
}
