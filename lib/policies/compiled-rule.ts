import { createHash } from 'node:crypto'
import { type Answer, type Condition, type ConditionFacts, compileCondition } from '@/lib/conditions/condition'
import { type Connection, type Identity, matchesAnyGlob, type Rule } from '@/lib/domain'
import { compileFields, type Fields } from '@/lib/masking/fields'
import { isWithin } from './time-window'

/** A rule as it is asked on every call: compiled once per version of policy. */
export type CompiledRule<R extends Rule = Rule> = {
  rule: R
  /** SHA-256 over all that it says, its name aside. An approval is bound to it. */
  digest: string
  condition: Condition | null
  /** Of a mask rule: what it masks by where it stands. */
  fields: Fields | null
  /** Whether its condition looks at the session. */
  asksSession: boolean
}

/** What a call says, for conditions. */
export interface CallFacts {
  /** `params.arguments`; {} when absent. */
  args: unknown
  /** Whether every number in the arguments survives a double: conditions compare doubles, servers may not. */
  isExact(): boolean
  session: ConditionFacts['session']
}

/** Whom and what a rule is asked about. */
export interface RuleSubject {
  identity: Identity
  owner: string | null
  groups: readonly string[]
  connection: Connection
  tool: ConditionFacts['tool']
  /** As globs know it. */
  nameInGlobs: string
  now: Date
}

export function compileRule<R extends Rule>(rule: R): CompiledRule<R> {
  const { when } = rule
  return {
    rule,
    digest: digestOf(rule),
    condition: when === null ? null : conditionOf(when),
    fields: rule.effect === 'mask' ? fieldsOf(rule.fields) : null,
    asksSession: when?.includes('session') ?? false,
  }
}

/** Saved by a later build, or behind our back: what it means is not known, so it always holds. */
function conditionOf(source: string): Condition {
  const compiled = compileCondition(source)
  return compiled.ok ? compiled.condition : { source, evaluate: () => 'unclear' }
}

/** A path that nobody here can read may lead anywhere, so everything is masked. */
function fieldsOf(paths: readonly string[]): Fields | null {
  if (paths.length === 0) return null
  const compiled = compileFields(paths)
  if (compiled.ok) return compiled.fields
  const everything = compileFields(['$..*'])
  return everything.ok ? everything.fields : null
}

function digestOf({ id: _, name: __, ...said }: Rule): string {
  const sorted = Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

/** Whether a rule is about this at all, whatever the call says. Its connections are not asked again: rules are kept by them. */
export function selects({ rule }: CompiledRule, subject: RuleSubject): boolean {
  const { identity, groups, tool, nameInGlobs, now } = subject
  return (
    (rule.tools.length === 0 || matchesAnyGlob(rule.tools, nameInGlobs)) &&
    (rule.risks.length === 0 || rule.risks.includes(tool.risk)) &&
    (rule.kinds.length === 0 || rule.kinds.includes(identity.kind)) &&
    (rule.identities.length === 0 || matchesAnyGlob(rule.identities, identity.name)) &&
    (rule.groups.length === 0 || rule.groups.some((group) => groups.includes(group))) &&
    (rule.hours === null || isWithin(rule.hours, now))
  )
}

/** What cannot be evaluated counts as true: a rule that is in doubt acts. */
export const isMet = (rule: CompiledRule, subject: RuleSubject, call: CallFacts): boolean =>
  answerTo(rule, subject, call) !== 'no'

/** What its condition says of a call; yes where it has none. */
export function answerTo(
  { condition }: CompiledRule,
  subject: RuleSubject,
  call: Pick<CallFacts, 'args' | 'session'>,
): Answer {
  if (condition === null) return 'yes'
  const { identity, owner, groups, connection, tool, now } = subject
  const facts = {
    identity: { name: identity.name, kind: identity.kind, owner, groups },
    connection: { slug: connection.slug, name: connection.name, risk: connection.risk },
    tool,
    args: call.args,
    session: call.session,
    now,
  }
  return condition.evaluate(facts)
}
