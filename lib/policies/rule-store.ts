import { Prisma, type Rule as RuleRow } from '@/generated/prisma/client'
import type { Db } from '@/lib/db'
import { MaskType, type Rule } from '@/lib/domain'
import { type RuleValues, StoredApproval, TimeWindowValues } from './rule-input'

export type RuleListItem = Rule & {
  disabledAt: Date | null
  managedBy: string | null
  createdBy: string
  createdAt: Date
}

/** Every rule, disabled ones included. What masks is no secret to who is masked. */
export async function listRules({ client }: Db): Promise<RuleListItem[]> {
  const rows = await client.rule.findMany({ orderBy: { name: 'asc' } })
  return rows.map(toRuleListItem)
}

/** Null when there is none. */
export async function findRule({ client }: Db, id: string): Promise<RuleListItem | null> {
  const row = await client.rule.findUnique({ where: { id } })
  return row && toRuleListItem(row)
}

export const toRuleListItem = (row: RuleRow): RuleListItem => ({
  ...toRule(row),
  disabledAt: row.disabledAt,
  managedBy: row.managedBy,
  createdBy: row.createdBy,
  createdAt: row.createdAt,
})

export function toRule(row: RuleRow): Rule {
  const { id, name, connections, tools, risks, identities, groups, kinds, when } = row
  const hours = row.hours === null ? null : TimeWindowValues.parse(row.hours)
  const frame = { id, name, connections, tools, risks, identities, groups, kinds, hours, when }
  switch (row.effect) {
    case 'block':
      return { ...frame, effect: 'block', message: row.message }
    case 'approve':
      return { ...frame, effect: 'approve', ...StoredApproval.parse(row.approval) }
    case 'mask': {
      const types = MaskType.array().parse(row.types)
      return { ...frame, effect: 'mask', types, fields: row.fields, direction: row.direction }
    }
  }
}

/** Everything it says, each time: what a later save leaves out is not kept from an earlier one. */
export async function writeRule(
  { client }: Db,
  id: string,
  rule: RuleValues,
  made: { createdBy: string; managedBy?: string | null; disabledAt?: Date | null },
): Promise<void> {
  const columns = ruleColumns(rule)
  const { createdBy, ...marks } = made
  await client.rule.upsert({
    where: { id },
    update: { ...columns, ...marks },
    create: { id, createdBy, ...columns, ...marks },
  })
}

function ruleColumns(rule: RuleValues) {
  const { name, effect, connections, tools, risks, identities, groups, kinds, when } = rule
  const hours = rule.hours ?? Prisma.DbNull
  const frame = { name, effect, connections, tools, risks, identities, groups, kinds, hours, when }
  switch (rule.effect) {
    case 'block':
      return { ...frame, message: rule.message, approval: Prisma.DbNull }
    case 'approve': {
      const { approvers, quorum, expiresAfterSeconds, escalation, standing, reasonRequired } = rule
      return {
        ...frame,
        approval: { approvers, quorum, expiresAfterSeconds, escalation, standing, reasonRequired },
      }
    }
    case 'mask':
      return { ...frame, types: rule.types, fields: rule.fields, direction: rule.direction, approval: Prisma.DbNull }
  }
}
