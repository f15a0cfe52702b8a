import type { ItemEvidence as EvidenceView, ReviewItem } from '@/components/workbench/review-item'
import type { ItemEvidence } from '@/lib/campaigns/evidence-store'
import type { QueueItem } from '@/lib/campaigns/workbench-store'

/** Store types to the plain values that cross to the browser. */

export const toReviewItem = (item: QueueItem): ReviewItem => ({
  id: item.id,
  identity: item.identity,
  connection: item.connection,
  risk: item.risk,
  toolsGranted: item.toolsGranted,
  toolsUsed: item.toolsUsed,
  coversEverything: item.coversEverything,
  lastUsedAt: item.lastUsedAt?.toISOString() ?? null,
  suggestion: {
    verdict: item.recommendation.advice,
    why: item.recommendation.reason,
    keepTools: item.recommendation.keepTools,
  },
  isNew: item.isNew,
  isChanged: item.isChanged,
  isUnused: item.isUnused,
  throughGroups: item.throughGroups,
  liveSessions: item.liveSessions,
  decision: item.verdict === null ? null : { verdict: item.verdict, keepTools: item.keepTools, comment: item.comment },
  signedOff: item.signedOff,
})

/** @param openable ids of the sessions whose recordings this viewer may open. */
export function toEvidence(evidence: ItemEvidence, openable: ReadonlySet<string>): EvidenceView {
  const { snapshot, usage } = evidence
  const calls = new Map(usage.byTool.map((tool) => [tool.name, tool.calls]))
  return {
    itemId: evidence.id,
    owner: snapshot.identity.owner?.name ?? null,
    endsAt: snapshot.identity.endsAt?.toISOString() ?? null,
    reviewerBecause: snapshot.reviewerBecause,
    days: usage.daily.map(({ day, calls, refused }) => ({ day, calls, refused })),
    calls: usage.daily.reduce((sum, day) => sum + day.calls, 0),
    refused: usage.daily.reduce((sum, day) => sum + day.refused, 0),
    callsSinceEnd: usage.callsSinceEnd ?? 0,
    tools: snapshot.tools.map(({ name, risk }) => ({ name, risk, calls: calls.get(name) ?? 0 })),
    paths: snapshot.grants.map((grant) => ({
      id: grant.id,
      group: grant.through,
      tools: grant.tools,
      grantedBy: grant.grantedBy,
      grantedAt: grant.createdAt.toISOString(),
      until: grant.until?.toISOString() ?? null,
      reason: grant.reason,
    })),
    exclusions: evidence.exclusions.map(({ id, reason, except }) => ({ id, reason, keeps: except })),
    masked: Object.entries(usage.masked).map(([type, count]) => ({ type, count })),
    peers: evidence.peers,
    previous: evidence.previous.map(({ at, ...past }) => ({ ...past, at: at.toISOString() })),
    changes: snapshot.previous && { added: snapshot.previous.toolsAdded, gone: snapshot.previous.toolsGone },
    sessions: evidence.sessions.map((session) => ({
      id: session.id,
      lastSeenAt: session.lastSeenAt.toISOString(),
      live: session.live,
      calls: session.calls,
      client: session.client,
      mayOpen: openable.has(session.id),
    })),
  }
}
