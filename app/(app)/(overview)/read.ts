import type { InboxView } from '@/components/approvals/approval-view'
import { type Bypass, bypassOf } from '@/components/connections/bypass'
import { ENDING_SOON_DAYS } from '@/components/identities/standing'
import type { FirstStep } from '@/components/overview/first-steps'
import type { HighlightView } from '@/components/overview/highlight-words'
import type { NeedsYou } from '@/components/overview/needs-you'
import type { ConnectionUse, PostureNumbers } from '@/components/overview/posture'
import { type Actor, hasRole, seesEverything } from '@/lib/actor'
import { auditHighlights, type Highlight } from '@/lib/audit/highlights-store'
import { type CampaignView, listCampaigns, myReviews } from '@/lib/campaigns/store'
import { type ConnectionListItem, listConnections } from '@/lib/connections/store'
import { countOpenToolReviews } from '@/lib/connections/tool-review-store'
import { connectionTraffic } from '@/lib/connections/traffic-store'
import { db } from '@/lib/db'
import { type IdentityListItem, listIdentities } from '@/lib/identities/store'
import { type AccessPath, listAccess } from '@/lib/policies/access-store'
import { liveGateways } from '@/lib/policy-version'
import { dailyOutcomes } from '@/lib/sessions/outcome-store'
import { readInbox } from '../approvals/read'
import { toCampaignSummary } from '../campaigns/campaign-views'

const BYPASS_WORDS: Record<Bypass, string> = {
  'ignores-credential': 'It answers without its credential',
  'asks-for-none': 'It asks for no credential',
}

const DAY_MS = 86_400_000
const UNUSED_DAYS = 90
const SHOWN = 6

/** Everything the overview shows, as far as this viewer may see it; read together. */
export async function readOverview(actor: Actor & { id: string }, now: Date) {
  const [
    inbox,
    reviews,
    campaigns,
    identities,
    connections,
    traffic,
    paths,
    outcomes,
    highlights,
    gateways,
    toolsToReview,
  ] = await Promise.all([
    readInbox(actor),
    myReviews(db(), actor, now),
    listCampaigns(db(), actor, now),
    listIdentities(db(), actor, {}, now),
    listConnections(db(), actor),
    connectionTraffic(db(), actor, now),
    listAccess(db(), actor, {}, now),
    dailyOutcomes(db(), actor, now),
    auditHighlights(db(), actor, SHOWN),
    liveGateways(db()),
    countOpenToolReviews(db(), actor),
  ])
  const calls = outcomes.reduce((sum, day) => sum + day.allowed + day.masked + day.held + day.blocked + day.refused, 0)
  return {
    needs: needsOf(actor, { inbox, reviews, campaigns, identities, connections, gateways: gateways.length }, now),
    posture: { ...postureOf(actor, { paths, identities, gateways }, now), toolsToReview },
    outcomes,
    highlights: highlights.map((highlight) => toHighlight(highlight, campaigns)),
    connections: connections
      .map((connection): ConnectionUse => {
        const use = traffic.get(connection.id)
        const { read, write, destructive } = connection.toolCounts
        return {
          slug: connection.slug,
          name: connection.name,
          risk: connection.risk,
          tools: read + write + destructive,
          destructive,
          calls: use?.calls ?? 0,
          live: use?.liveSessions ?? 0,
          health: connection.health,
        }
      })
      .sort((a, b) => b.calls - a.calls)
      .slice(0, SHOWN),
    firstSteps: calls > 0 ? null : firstSteps(actor, connections, identities, paths.length > 0),
  }
}

interface Facts {
  inbox: InboxView
  reviews: CampaignView[]
  campaigns: CampaignView[]
  identities: IdentityListItem[]
  connections: ConnectionListItem[]
  gateways: number
}

function needsOf(actor: Actor & { id: string }, facts: Facts, now: Date): NeedsYou {
  const { inbox, reviews, campaigns, identities, connections, gateways } = facts
  const admin = hasRole(actor, 'admin')
  const ownerless = admin ? identities.filter(withoutOwner) : []
  const soon = new Date(now.getTime() + ENDING_SOON_DAYS * DAY_MS)
  return {
    held: { now: inbox.now, calls: inbox.waiting.filter(({ yours }) => yours) },
    reviews: reviews.map((review) => ({ ...toCampaignSummary(review), href: `/reviews/${review.id}` })),
    removals: campaigns
      .map((campaign) => toCampaignSummary(campaign))
      .filter((campaign) => campaign.unproven > 0)
      .map(({ id, name, failed, unproven }) => ({ id, name, failed, unproven, href: `/campaigns/${id}` })),
    noGateway: gateways === 0 && (admin || hasRole(actor, 'engineer')),
    endingSoon: identities
      .filter(({ owner, endsAt }) => owner?.id === actor.id && endsAt !== null && endsAt > now && endsAt <= soon)
      .sort((a, b) => a.endsAt!.getTime() - b.endsAt!.getTime())
      .slice(0, SHOWN)
      .map(({ id, displayName, kind, endsAt }) => ({ id, displayName, kind, endsAt: endsAt!.toISOString() })),
    withoutOwner: { count: ownerless.length, names: ownerless.slice(0, 3).map((identity) => identity.displayName) },
    bypassed: connections
      .filter((connection) => admin || connection.ownerId === actor.id)
      .flatMap((connection) => {
        const bypass = bypassOf(connection)
        return bypass === null ? [] : [{ slug: connection.slug, name: connection.name, words: BYPASS_WORDS[bypass] }]
      }),
  }
}

const withoutOwner = ({ kind, owner, disabledAt }: IdentityListItem): boolean =>
  kind !== 'human' && owner === null && disabledAt === null

interface PostureFacts {
  paths: AccessPath[]
  identities: IdentityListItem[]
  gateways: Awaited<ReturnType<typeof liveGateways>>
}

function postureOf(
  actor: Actor,
  { paths, identities, gateways }: PostureFacts,
  now: Date,
): Omit<PostureNumbers, 'toolsToReview'> {
  const open = paths.filter((path) => path.open.effect === 'allow')
  const since = now.getTime() - UNUSED_DAYS * DAY_MS
  const newest = gateways.reduce((max, gateway) => (gateway.appliedVersion > max ? gateway.appliedVersion : max), 0n)
  return {
    paths: open.length,
    unused: open.filter(({ lastCallAt }) => lastCallAt === null || lastCallAt.getTime() < since).length,
    machines: identities.filter(({ kind }) => kind !== 'human').length,
    withoutOwner: identities.filter(withoutOwner).length,
    gateways:
      seesEverything(actor) || hasRole(actor, 'engineer')
        ? {
            live: gateways.length,
            href: seesEverything(actor) ? '/settings' : undefined,
            behind: gateways.filter((gateway) => gateway.appliedVersion < newest).length,
          }
        : null,
  }
}

function toHighlight(highlight: Highlight, campaigns: readonly CampaignView[]): HighlightView {
  const campaign = highlight.campaign
  const openable = campaigns.some(({ id }) => id === campaign?.id)
  return {
    action: highlight.action,
    at: highlight.at.toISOString(),
    actor: highlight.actor,
    identity: highlight.identity && { name: highlight.identity.name, displayName: highlight.identity.displayName },
    connection: highlight.connection,
    tool: highlight.tool,
    reason: highlight.reason,
    count: highlight.count,
    values: highlight.values,
    campaign: campaign && { name: campaign.name, href: openable ? `/campaigns/${campaign.id}` : null },
  }
}

/** For whoever sets an installation up. Null for everybody else: an empty page of theirs is simply empty. */
function firstSteps(
  actor: Actor,
  connections: readonly ConnectionListItem[],
  identities: readonly IdentityListItem[],
  granted: boolean,
): FirstStep[] | null {
  if (!hasRole(actor, 'admin', 'engineer')) return null
  const [connection] = connections
  const keyed = identities.find(({ kind, activeKeys }) => kind !== 'human' && activeKeys > 0)
  return [
    {
      title: 'Register an MCP server',
      why: 'Its tools are listed and pinned before the first call passes.',
      action: 'Register a connection',
      href: connection ? `/connections/${connection.slug}` : '/connections/new',
      done: connection !== undefined,
    },
    {
      title: 'Create an identity with a key',
      why: 'Every caller has a name, an owner and, if you like, an end date.',
      action: 'Create an identity',
      href: keyed ? `/identities/${keyed.id}` : '/identities/new',
      done: keyed !== undefined,
    },
    {
      title: 'Grant it access',
      why: 'Nothing is allowed until somebody says so: which tools, until when, and why.',
      action: 'Grant access',
      href: '/access',
      done: granted,
    },
    {
      title: 'Connect a client',
      why: 'Change nothing but the URL and the key; the first call appears under Sessions.',
      action: 'Show me how',
      href: connection ? `/connections/${connection.slug}/connect` : '/connections',
      done: false,
    },
  ]
}
