import { type Actor, requireRole } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { Identity, ToolRisk } from '@/lib/domain'

export interface NamesForRules {
  connections: { slug: string; name: string }[]
  tools: { name: string; slug: string; risk: ToolRisk }[]
  identities: Pick<Identity, 'name' | 'displayName' | 'kind' | 'disabledAt' | 'endsAt'>[]
}

/** Everything that a rule can name, for whoever may see all of it. */
export async function readRuleInventory({ client }: Db, viewer: Actor): Promise<NamesForRules> {
  requireRole(viewer, 'admin', 'auditor')
  const [connections, tools, identities] = await Promise.all([
    client.connection.findMany({
      where: { archivedAt: null },
      select: { id: true, slug: true, name: true },
      orderBy: { slug: 'asc' },
    }),
    client.tool.findMany({
      where: { removedAt: null, connection: { archivedAt: null } },
      select: { name: true, risk: true, connectionId: true },
      orderBy: { name: 'asc' },
    }),
    client.identity.findMany({
      select: { name: true, displayName: true, kind: true, disabledAt: true, endsAt: true },
      orderBy: { name: 'asc' },
    }),
  ])
  const slugs = new Map(connections.map(({ id, slug }) => [id, slug]))
  return {
    connections: connections.map(({ slug, name }) => ({ slug, name })),
    tools: tools.map(({ name, risk, connectionId }) => ({ name, risk, slug: slugs.get(connectionId)! })),
    identities,
  }
}
