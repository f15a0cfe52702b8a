import { z } from 'zod'
import { compileCondition } from '@/lib/conditions/condition'
import { IdentityKind, MaskDirection, MaskType, ToolGlob, ToolRisk, Weekday } from '@/lib/domain'
import { GroupName, HumanName } from '@/lib/identities/naming'
import { compileFields } from '@/lib/masking/fields'
import { ConnectionGlob, GrantGlob, RuleName } from './input'
import { isTimeZone } from './time-window'

const unique = <T>(values: T[]): T[] => [...new Set(values)]

const WALL_TIME = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/

export const TimeWindowValues = z
  .strictObject({
    days: Weekday.array().min(1, 'name at least one day').transform(unique),
    from: z.string().regex(WALL_TIME, 'a time such as 08:00'),
    to: z.string().regex(WALL_TIME, 'a time such as 18:00'),
    timeZone: z.string().refine(isTimeZone, 'no time zone of that name; one is Europe/Zurich'),
  })
  .refine(({ from }) => from !== '24:00', { path: ['from'], message: 'a day begins at 00:00' })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'the same time as it begins; a whole day is 00:00 to 24:00',
  })

const IdentityGlob = ToolGlob.regex(/^[a-z0-9._+@*-]+$/, 'a name of an identity, where * stands for anything')

/** Refused with the place: line and column within the expression. */
export const ConditionText = z
  .string()
  .trim()
  .min(1)
  .max(4_000)
  .superRefine((source, context) => {
    const compiled = compileCondition(source)
    if (compiled.ok) return
    const { message, line, column } = compiled.problem
    context.addIssue({ code: 'custom', message: `line ${line}, column ${column}: ${message}` })
  })

const selectors = {
  name: RuleName,
  connections: ConnectionGlob.array().max(200).default([]).transform(unique),
  tools: GrantGlob.array().max(500).default([]).transform(unique),
  risks: ToolRisk.array().default([]).transform(unique),
  identities: IdentityGlob.array().max(500).default([]).transform(unique),
  groups: GroupName.array().max(100).default([]).transform(unique),
  kinds: IdentityKind.array().default([]).transform(unique),
  hours: TimeWindowValues.nullable().default(null),
  when: ConditionText.nullable().default(null),
}

export const BlockRuleValues = z.strictObject({
  ...selectors,
  effect: z.literal('block'),
  message: z.string().trim().min(1).max(300).nullable().default(null),
})

const approvers = {
  people: HumanName.array().max(50).default([]).transform(unique),
  groups: GroupName.array().max(20).default([]).transform(unique),
  connectionOwner: z.boolean().default(false),
}

export const ApproverSetValues = z
  .strictObject(approvers)
  .refine(({ people, groups, connectionOwner }) => people.length + groups.length > 0 || connectionOwner, {
    message: 'name a person, a group or the owner of the connection',
  })

const MINUTE = 60
const DAY = 86_400

const approval = {
  approvers: ApproverSetValues,
  quorum: z.number().int().min(1, 'at least one').max(20).default(1),
  expiresAfterSeconds: z
    .number()
    .int()
    .min(MINUTE, 'at least a minute')
    .max(7 * DAY, 'at most seven days')
    .default(15 * MINUTE),
  escalation: z
    .strictObject({ ...approvers, afterSeconds: z.number().int().min(MINUTE, 'after at least a minute') })
    .refine(({ people, groups, connectionOwner }) => people.length + groups.length > 0 || connectionOwner, {
      message: 'name whom it is escalated to',
    })
    .nullable()
    .default(null),
  standing: z.boolean().default(false),
  reasonRequired: z.boolean().default(false),
}

/** As it is kept in one column. */
export const StoredApproval = z.strictObject(approval)

export const ApproveRuleValues = z
  .strictObject({ ...selectors, effect: z.literal('approve'), ...approval })
  .refine(
    ({ escalation, expiresAfterSeconds }) => escalation === null || escalation.afterSeconds < expiresAfterSeconds,
    {
      path: ['escalation', 'afterSeconds'],
      message: 'it would have expired by then',
    },
  )

/** Refused with the path and the place in it: what cannot be followed would mask nothing. */
const FieldPaths = z
  .string()
  .trim()
  .array()
  .transform(unique)
  .superRefine((paths, context) => {
    const compiled = compileFields(paths)
    if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.problem })
  })

export const MaskRuleValues = z
  .strictObject({
    ...selectors,
    effect: z.literal('mask'),
    types: MaskType.array().default([]).transform(unique),
    fields: FieldPaths.default([]),
    direction: MaskDirection.default('client'),
  })
  .refine(({ types, fields }) => types.length + fields.length > 0, {
    path: ['types'],
    message: 'name at least one type or field',
  })

/** What a rule says, as people, commands and access.yaml write it. Strict: nothing is dropped as if it were enforced. */
export const RuleValues = z.discriminatedUnion('effect', [BlockRuleValues, ApproveRuleValues, MaskRuleValues])
export type RuleValues = z.output<typeof RuleValues>
