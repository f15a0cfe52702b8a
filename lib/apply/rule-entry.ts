import { z } from 'zod'
import { RuleValues } from '@/lib/policies/rule-input'
import type { Path } from './source'

const SPAN = /^(\d{1,4})(s|m|h|d)$/
const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 }

const Span = z.string().transform((text, context) => {
  const span = SPAN.exec(text)
  if (span !== null) return Number(span[1]) * UNIT_SECONDS[span[2] as keyof typeof UNIT_SECONDS]
  context.issues.push({ code: 'custom', message: 'a time such as 15m, 2h or 1d', input: text })
  return z.NEVER
})

const names = z.string().array()

const ApproversEntry = z.strictObject({
  person: z.string().optional(),
  people: names.default([]),
  group: z.string().optional(),
  groups: names.default([]),
  /** The owner of the connection that is called. */
  owner: z.boolean().default(false),
})

const HoursEntry = z.strictObject({ days: names, from: z.string(), to: z.string(), zone: z.string() })

/** A rule by the words of the file; what it means is `RuleValues`, as for every other way to make one. */
const Written = z.strictObject({
  name: z.unknown().optional(),
  effect: z.enum(['block', 'approve', 'mask'], { error: 'must be block, approve or mask' }),
  connections: z.unknown().optional(),
  tools: z.unknown().optional(),
  risks: z.unknown().optional(),
  identities: z.unknown().optional(),
  groups: z.unknown().optional(),
  kinds: z.unknown().optional(),
  hours: HoursEntry.nullish(),
  when: z.unknown().optional(),
  types: z.unknown().optional(),
  fields: z.unknown().optional(),
  direction: z.unknown().optional(),
  message: z.unknown().optional(),
  approvers: ApproversEntry.extend({
    quorum: z.number().optional(),
    reason: z.enum(['required', 'optional'], { error: 'must be required or optional' }).optional(),
  }).optional(),
  expiresAfter: Span.optional(),
  escalate: ApproversEntry.extend({ after: Span }).optional(),
  standing: z.unknown().optional(),
})

const OF_EFFECT: Record<string, RuleValues['effect']> = {
  types: 'mask',
  fields: 'mask',
  direction: 'mask',
  message: 'block',
  approvers: 'approve',
  expiresAfter: 'approve',
  escalate: 'approve',
  standing: 'approve',
}

export const RuleEntry = Written.transform((entry, context) => {
  let isWrong = false
  const refuse = (path: Path, message: string) => {
    isWrong = true
    context.issues.push({ code: 'custom', path: [...path], message, input: entry })
  }
  for (const [field, effect] of Object.entries(OF_EFFECT)) {
    const isSaid = entry[field as keyof typeof entry] !== undefined
    if (isSaid && effect !== entry.effect) refuse([field], `only a rule with effect ${effect} has this`)
  }
  if (entry.effect === 'approve' && entry.approvers === undefined) refuse(['approvers'], 'say who approves')
  if (isWrong) return z.NEVER
  const read = RuleValues.safeParse(asValues(entry))
  if (read.success) return read.data
  for (const issue of read.error.issues) refuse(placeOf(issue.path as Path), issue.message)
  return z.NEVER
})

function asValues(entry: z.output<typeof Written>): unknown {
  const { hours, approvers, expiresAfter, escalate, ...same } = entry
  const { quorum, reason, ...set } = approvers ?? ({} as Partial<NonNullable<typeof approvers>>)
  const { after, ...further } = escalate ?? ({} as Partial<NonNullable<typeof escalate>>)
  const said = {
    ...same,
    hours: hours ? { days: hours.days, from: hours.from, to: hours.to, timeZone: hours.zone } : undefined,
    approvers: approvers && approverSet(set),
    quorum,
    reasonRequired: reason === undefined ? undefined : reason === 'required',
    expiresAfterSeconds: expiresAfter,
    escalation: escalate && { ...approverSet(further), afterSeconds: after },
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null))
}

const approverSet = ({
  person,
  people = [],
  group,
  groups = [],
  owner = false,
}: Partial<z.output<typeof ApproversEntry>>) => ({
  people: person === undefined ? people : [person, ...people],
  groups: group === undefined ? groups : [group, ...groups],
  connectionOwner: owner,
})

const WRITTEN_AS: Record<string, Path> = {
  quorum: ['approvers', 'quorum'],
  reasonRequired: ['approvers', 'reason'],
  expiresAfterSeconds: ['expiresAfter'],
  escalation: ['escalate'],
}

/** Where in the file a problem stands that was found in what the file means. */
export function placeOf([field, ...rest]: Path): Path {
  if (field === undefined) return []
  const place = WRITTEN_AS[field] ?? [field]
  // A single name may stand under `group` as well as in `groups`.
  return field === 'hours' && rest[0] === 'timeZone' ? ['hours', 'zone'] : [...place, ...rest]
}
