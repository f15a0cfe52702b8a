import type { PaletteResult } from '@/components/shell/palette-types'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { type Actor, hasRole } from '@/lib/actor'
import { listCampaigns, myReviews } from '@/lib/campaigns/store'
import { listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { listIdentities } from '@/lib/identities/store'
import { getSession, listSessions, type SessionView } from '@/lib/sessions/store'

const EACH = 5

/** Anything this person may see, by part of its name; a session also by its id. */
export async function searchByName(actor: Actor, query: string): Promise<PaletteResult[]> {
  const q = query.trim().slice(0, 100)
  if (q === '') return []
  const now = new Date()
  const [identities, connections, campaigns, reviews] = await Promise.all([
    listIdentities(db(), actor, { q, limit: EACH }, now),
    listConnections(db(), actor, { q }),
    hasRole(actor, 'admin', 'auditor') ? listCampaigns(db(), actor, now, { q, limit: EACH }) : [],
    myReviews(db(), actor, now),
  ])
  const sessions = await sessionsOf(actor, q, identities[0]?.name)
  return [
    ...identities.map(
      (identity): PaletteResult => ({
        kind: 'identity',
        label: identity.displayName,
        sub: [KIND_LABEL[identity.kind], identity.owner && `owned by ${identity.owner.displayName}`]
          .filter(Boolean)
          .join(', '),
        href: `/identities/${identity.id}`,
      }),
    ),
    ...connections.slice(0, EACH).map(
      (connection): PaletteResult => ({
        kind: 'connection',
        label: connection.name,
        sub: connection.slug,
        href: `/connections/${connection.slug}`,
      }),
    ),
    ...reviews
      .filter((review) => review.name.toLowerCase().includes(q.toLowerCase()))
      .slice(0, EACH)
      .map(
        (review): PaletteResult => ({
          kind: 'review',
          label: review.name,
          sub: `${review.items - review.decided} left to decide`,
          href: `/reviews/${review.id}`,
        }),
      ),
    ...campaigns.map(
      (campaign): PaletteResult => ({
        kind: 'campaign',
        label: campaign.name,
        sub: campaign.status,
        href: `/campaigns/${campaign.id}`,
      }),
    ),
    ...sessions.map(
      (session): PaletteResult => ({
        kind: 'session',
        label: `${session.identity.displayName} on ${session.connection.name}`,
        sub: `${session.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC${session.live ? ', live' : ''}`,
        href: `/sessions/${session.id}`,
      }),
    ),
  ]
}

/** By its id, or the newest ones of the identity that was found first. */
async function sessionsOf(actor: Actor, q: string, identity: string | undefined): Promise<SessionView[]> {
  if (q.startsWith('ses_')) {
    const session = await getSession(db(), actor, q).catch((error: unknown) => {
      if (error instanceof NotFound) return null
      throw error
    })
    return session ? [session] : []
  }
  if (identity === undefined) return []
  return (await listSessions(db(), actor, { identity, limit: 3 })).sessions
}
