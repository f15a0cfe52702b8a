import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Player } from '@/components/replay/player'
import type { ChainVerdict, GrantNames } from '@/components/replay/recording'
import { readAt } from '@/components/replay/timeline'
import { Page } from '@/components/shell/page'
import { type Actor, hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import {
  type SessionGrant,
  type SessionOwners,
  sessionGrants,
  sessionOutline,
  sessionOwners,
} from '@/lib/sessions/replay-store'
import { verifySession } from '@/lib/sessions/verify-store'
import { endSessionAction } from './actions'
import { openPage } from './opening'
import { readHeld, toReplayMessage } from './replay-message'

export const metadata: Metadata = { title: 'Session replay' }

/** What the page brings along; the browser fetches the rest behind it. */
const FIRST_PAGE = 300

interface SessionPageProps {
  params: Promise<{ id: string }>
  searchParams: Promise<{ at?: string | string[] }>
}

export default async function SessionPage({ params, searchParams }: SessionPageProps) {
  const actor = await requireActor()
  const { id } = await params
  const { at } = await searchParams
  const session = await openPage(actor, id).catch((error: unknown) => {
    if (error instanceof NotFound) notFound()
    throw error
  })
  // Begun last and not waited for: the transcript is there while the verifier still walks.
  const [outline, owners, grants, held] = await Promise.all([
    sessionOutline(db(), actor, id, { limit: FIRST_PAGE }),
    sessionOwners(db(), actor, id),
    sessionGrants(db(), actor, id),
    readHeld(actor, session),
  ])
  const verdict = chainVerdict(id)
  return (
    <Page
      layout="fill"
      crumbs={[
        { label: 'Sessions', href: '/sessions' },
        { label: `${session.identity.name} on ${session.connection.slug}` },
      ]}
    >
      <Player
        key={session.id}
        session={{
          id: session.id,
          identity: session.identity,
          connection: session.connection,
          owner: owners.identity?.displayName ?? null,
          client: session.client,
          startedAt: session.startedAt.toISOString(),
          endedAt: session.endedAt?.toISOString() ?? null,
          endReason: session.endReason,
          live: session.live,
          calls: session.calls,
          refused: (session.outcomes.refused ?? 0) + (session.outcomes.blocked ?? 0),
        }}
        first={{
          messages: outline.messages.map((message) => toReplayMessage(message, held)),
          more: outline.more,
          live: session.live,
        }}
        grants={grantNames(grants)}
        verdict={verdict}
        atMs={readAt(typeof at === 'string' ? at : null)}
        endSession={mayEnd(actor, owners) ? endSessionAction : undefined}
      />
    </Page>
  )
}

/** As the command rules: administrators and the owners of both ends. */
const mayEnd = (actor: Actor, owners: SessionOwners): boolean =>
  hasRole(actor, 'admin') || (actor.id !== null && [owners.identity?.id, owners.connection?.id].includes(actor.id))

const grantNames = (grants: readonly SessionGrant[]): GrantNames =>
  Object.fromEntries(
    grants.map(({ id, reason, grantedBy, groupName }) => [
      id,
      reason || (groupName === null ? `given by ${grantedBy}` : `group ${groupName}`),
    ]),
  )

/** Null when it could not be walked: the page then says so instead of failing. */
async function chainVerdict(sessionId: string): Promise<ChainVerdict | null> {
  try {
    const { chains, records, breaks } = await verifySession(sessionId)
    return {
      chains,
      records,
      breaks: breaks.map(({ chain, seq, problem, text }) => ({
        messageId: `${chain.slice(chain.indexOf(' ') + 1)}/${seq}`,
        seq,
        problem,
        text,
      })),
    }
  } catch (error) {
    console.error('the chain of a session could not be verified', error)
    return null
  }
}
