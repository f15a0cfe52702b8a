import { CircleCheck, CloudOff, Hourglass, ShieldOff, SquareCheck, TriangleAlert, UserRoundX } from 'lucide-react'
import type { ReactNode } from 'react'
import { CampaignProgress } from '@/components/campaigns/campaign-progress'
import type { CampaignSummary } from '@/components/campaigns/campaign-summary'
import { formatWeekday, joinWords, plural } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { ButtonLink } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, CardRow, RowIcon } from '@/components/ui/section'
import type { IdentityKind } from '@/lib/domain'
import { HeldCalls, type HeldForYou } from './held-calls'

/** What one person has to do something about, most pressing first. */
export interface NeedsYou {
  /** Somebody's client waits for each. */
  held: HeldForYou
  reviews: (CampaignSummary & { href: string })[]
  /** Removals that a probe got through, or that wait for a gateway. */
  removals: { id: string; name: string; failed: number; unproven: number; href: string }[]
  noGateway: boolean
  endingSoon: { id: string; displayName: string; kind: IdentityKind; endsAt: string }[]
  /** Machines that nobody answers for; for administrators. */
  withoutOwner: { count: number; names: string[] }
  bypassed: { slug: string; name: string; words: string }[]
}

export const isNothing = (needs: NeedsYou): boolean =>
  !needs.noGateway &&
  needs.withoutOwner.count === 0 &&
  [needs.held.calls, needs.reviews, needs.removals, needs.endingSoon, needs.bypassed].every((list) => list.length === 0)

/** "41 accesses wait for your decision and 2 removals are not proven." */
export function waitingInWords(needs: NeedsYou): string {
  const left = needs.reviews.reduce((sum, review) => sum + review.items - review.decided, 0)
  const unsigned = needs.reviews.reduce((sum, review) => sum + review.decided - review.signedOff, 0)
  const unproven = needs.removals.reduce((sum, removal) => sum + removal.unproven, 0)
  const parts = [
    needs.noGateway && 'no gateway is running',
    needs.held.calls.length > 0 && `${plural(needs.held.calls.length, 'call waits', 'calls wait')} for your answer`,
    left > 0 && `${plural(left, 'access waits', 'accesses wait')} for your decision`,
    left === 0 && unsigned > 0 && `${plural(unsigned, 'verdict waits', 'verdicts wait')} for your signature`,
    unproven > 0 && `${plural(unproven, 'removal is', 'removals are')} not proven`,
    needs.withoutOwner.count > 0 && `${plural(needs.withoutOwner.count, 'machine has', 'machines have')} no owner`,
    needs.bypassed.length > 0 && `${plural(needs.bypassed.length, 'connection')} can be bypassed`,
    needs.endingSoon.length > 0 &&
      `${plural(needs.endingSoon.length, 'identity', 'identities')} of yours ${needs.endingSoon.length === 1 ? 'ends' : 'end'} soon`,
  ].filter((part) => part !== false)
  if (parts.length === 0) return 'Nothing waits for you.'
  const sentence = joinWords(parts.slice(0, 3))
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}

export function NeedsYouCard({ needs }: { needs: NeedsYou }) {
  return (
    <Card flush>
      <CardList label="Needs you">
        {needs.noGateway && (
          <Row
            icon={<CloudOff />}
            tone="no"
            title="No gateway is running"
            sub="No call passes, and no removal can be proven"
          />
        )}
        <HeldCalls
          drawn={needs.held}
          otherwise={
            isNothing({ ...needs, held: { ...needs.held, calls: [] } }) && (
              <Row
                icon={<CircleCheck />}
                tone="ok"
                title="All caught up"
                sub="What needs a decision of yours appears here"
              />
            )
          }
        />
        {needs.removals.map((removal) => (
          <Row
            key={removal.id}
            icon={<TriangleAlert />}
            tone={removal.failed > 0 ? 'no' : 'cut'}
            title={
              removal.failed > 0
                ? `${plural(removal.failed, 'removal')} failed`
                : `${plural(removal.unproven, 'removal')} not proven yet`
            }
            sub={`${removal.name}${needs.noGateway ? ', waits for a gateway' : ''}`}
            href={removal.href}
          />
        ))}
        {needs.reviews.map((review) => (
          <CardRow
            key={review.id}
            icon={
              <RowIcon>
                <SquareCheck />
              </RowIcon>
            }
            title={review.name}
            sub={reviewInWords(review)}
            href={review.href}
            action={
              <span className="block w-30 max-sm:hidden">
                <CampaignProgress campaign={review} />
              </span>
            }
          />
        ))}
        {needs.bypassed.map((connection) => (
          <Row
            key={connection.slug}
            icon={<ShieldOff />}
            tone="cut"
            title={`${connection.name} can be bypassed`}
            sub={connection.words}
            href={`/connections/${connection.slug}`}
          />
        ))}
        {needs.withoutOwner.count > 0 && (
          <Row
            icon={<UserRoundX />}
            tone="cut"
            title={`${plural(needs.withoutOwner.count, 'machine')} without owner`}
            sub={`${joinWords(needs.withoutOwner.names)}: refused until somebody owns ${needs.withoutOwner.count === 1 ? 'it' : 'them'}`}
            action={
              <ButtonLink size="sm" href="/identities?state=without-owner">
                Assign
              </ButtonLink>
            }
          />
        )}
        {needs.endingSoon.map((identity) => (
          <CardRow
            key={identity.id}
            icon={<Avatar name={identity.displayName} kind={identity.kind} />}
            title={`${identity.displayName} ends soon`}
            sub="Yours: extend it, or let it end"
            meta={
              <span className="inline-flex items-center gap-1.5">
                <Hourglass aria-hidden className="size-3.5" />
                <RelativeTime at={identity.endsAt} />
              </span>
            }
            href={`/identities/${identity.id}`}
          />
        ))}
      </CardList>
    </Card>
  )
}

const reviewInWords = (review: CampaignSummary): string =>
  review.decided < review.items
    ? `${review.items - review.decided} of ${review.items} left, due ${formatWeekday(review.dueAt)}`
    : `${review.decided - review.signedOff} decided and not signed off, due ${formatWeekday(review.dueAt)}`

interface RowProps {
  icon: ReactNode
  tone: 'ok' | 'no' | 'cut'
  title: string
  sub: string
  href?: string
  action?: ReactNode
}

const Row = ({ icon, tone, ...row }: RowProps) => <CardRow icon={<RowIcon tone={tone}>{icon}</RowIcon>} {...row} />
