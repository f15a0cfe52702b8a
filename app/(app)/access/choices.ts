import { allows } from '@/app/(app)/allows'
import type { GrantChoices } from '@/components/access/add-grant'
import type { Actor } from '@/lib/actor'
import { requireMayGrant } from '@/lib/connections/authority'
import { getConnectionDetail, listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { listGroups } from '@/lib/identities/detail-store'
import { listIdentities, listPeople } from '@/lib/identities/store'

/** What the dialog may offer; null for whoever may not give access to anything. */
export async function grantChoices(actor: Actor): Promise<GrantChoices | null> {
  const mine = (await listConnections(db(), actor)).filter((each) => allows(() => requireMayGrant(actor, each)))
  if (mine.length === 0) return null
  const [identities, people, groups, details] = await Promise.all([
    listIdentities(db(), actor),
    listPeople(db()),
    listGroups(db()),
    Promise.all(mine.map((connection) => getConnectionDetail(db(), actor, connection.id))),
  ])
  const named = new Map(
    [...people.map((person) => ({ ...person, kind: 'human' as const })), ...identities].map((each) => [each.id, each]),
  )
  return {
    subjects: [
      ...[...named.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((each) => ({ value: `identity:${each.id}`, label: each.name, sub: each.displayName })),
      ...groups.map((group) => ({
        value: `group:${group.id}`,
        label: `group:${group.name}`,
        sub: group.members.length === 1 ? '1 member' : `${group.members.length} members`,
      })),
    ],
    connections: details.map(({ id, slug, name, tools }) => ({
      value: id,
      label: name,
      sub: slug,
      tools: tools.flatMap((tool) => (tool.removedAt === null ? [tool.name] : [])),
    })),
  }
}
