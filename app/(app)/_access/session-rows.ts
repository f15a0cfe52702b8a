import type { SessionRow } from '@/components/connections/session-table'
import type { SessionView } from '@/lib/sessions/store'

export const toSessionRow = (session: SessionView): SessionRow => ({
  id: session.id,
  identity: { displayName: session.identity.displayName, kind: session.identity.kind },
  connection: { name: session.connection.name },
  client: session.client,
  startedAt: session.startedAt,
  lastSeenAt: session.lastSeenAt,
  live: session.live,
  calls: session.calls,
  refused: (session.outcomes.refused ?? 0) + (session.outcomes.blocked ?? 0),
  redactions: session.redactions,
})
