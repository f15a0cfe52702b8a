import type { Db } from '@/lib/db'
import type { RuleValues } from './rule-input'
import type { RuleReferences } from './rule-problems'

const isNotOver = (now: Date) => ({ OR: [{ endsAt: null }, { endsAt: { gt: now } }] })

/** Of the people and groups that a rule names. */
export async function readRuleReferences({ client }: Db, rule: RuleValues, now = new Date()): Promise<RuleReferences> {
  const sets = rule.effect === 'approve' ? [rule.approvers, ...(rule.escalation ? [rule.escalation] : [])] : []
  const people = await client.identity.findMany({
    where: { name: { in: sets.flatMap((set) => set.people) }, kind: 'human', disabledAt: null, ...isNotOver(now) },
    select: { name: true },
  })
  const groups = await client.group.findMany({
    where: { name: { in: [...rule.groups, ...sets.flatMap((set) => set.groups)] } },
    select: {
      name: true,
      members: {
        where: { identity: { kind: 'human', disabledAt: null, ...isNotOver(now) } },
        select: { identity: { select: { name: true } } },
      },
    },
  })
  return {
    people: new Set(people.map(({ name }) => name)),
    groups: new Map(groups.map(({ name, members }) => [name, members.map(({ identity }) => identity.name)])),
  }
}
