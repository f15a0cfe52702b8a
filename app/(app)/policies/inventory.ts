import type { RuleInventory } from '@/components/policies/editor/inventory'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { listGroups } from '@/lib/identities/detail-store'
import { readRuleInventory } from '@/lib/policies/inventory-store'

/** What the editor suggests as one types. */
export async function ruleInventory(actor: Actor): Promise<RuleInventory> {
  const [{ connections, tools, identities }, groups] = await Promise.all([
    readRuleInventory(db(), actor),
    listGroups(db()),
  ])
  const now = new Date()
  const mayDecide = ({ kind, disabledAt, endsAt }: (typeof identities)[number]) =>
    kind === 'human' && disabledAt === null && (endsAt === null || endsAt > now)
  return {
    connections: connections.map(({ slug, name }) => ({ value: slug, sub: name })),
    tools,
    identities: identities.map(({ name, kind }) => ({ value: name, sub: kind })),
    people: identities.filter(mayDecide).map(({ name, displayName }) => ({ value: name, sub: displayName })),
    groups: groups.map(({ name, members }) => ({
      value: name,
      sub: members.length === 1 ? '1 member' : `${members.length} members`,
    })),
  }
}
