import { type Connection, type Identity, matchesAnyGlob, matchesGlob, type Rule, type Tool } from '@/lib/domain'
import type { PolicySnapshot } from './snapshot'

/** What of today's inventory a rule is about, its hours and its condition aside. */
export interface RuleReach {
  connections: Connection[]
  /** By connection id; prompts and resources are in no inventory. */
  tools: ReadonlyMap<string, readonly Tool[]>
  identities: ReadonlySet<string>
}

export function reachOf(rule: Rule, policy: PolicySnapshot): RuleReach {
  const connections = [...policy.connectionsById.values()].filter(({ slug }) => isAsked(rule.connections, slug))
  const tools = connections.map(({ id }): [string, Tool[]] => [
    id,
    [...(policy.tools.get(id)?.values() ?? [])].filter(
      ({ name, risk, removedAt }) =>
        removedAt === null && isAsked(rule.tools, name) && (rule.risks.length === 0 || rule.risks.includes(risk)),
    ),
  ])
  const identities = [...policy.identities.values()].filter((identity) => isAbout(rule, identity, policy))
  return { connections, tools: new Map(tools), identities: new Set(identities.map(({ id }) => id)) }
}

const isAsked = (globs: readonly string[], name: string): boolean => globs.length === 0 || matchesAnyGlob(globs, name)

const isAbout = (rule: Rule, { id, name, kind }: Identity, policy: PolicySnapshot): boolean =>
  isAsked(rule.identities, name) &&
  (rule.kinds.length === 0 || rule.kinds.includes(kind)) &&
  (rule.groups.length === 0 || rule.groups.some((group) => policy.groups.get(id)?.includes(group)))

/** Whether prompts or resources are among what a rule names: nobody keeps a list of those. */
export const asksBesideTools = ({ tools }: Rule): boolean => tools.some((glob) => /^(prompt|resource):/.test(glob))

/**
 * Whether one rule selects every call that another one does, today's and tomorrow's. By what is written alone: where it
 * says no, it may still be so.
 */
export const covers = (wide: Rule, narrow: Rule): boolean =>
  coversGlobs(wide.connections, narrow.connections) &&
  coversGlobs(wide.tools, narrow.tools) &&
  coversGlobs(wide.identities, narrow.identities) &&
  coversWords(wide.risks, narrow.risks) &&
  coversWords(wide.kinds, narrow.kinds) &&
  coversWords(wide.groups, narrow.groups) &&
  (wide.hours === null || JSON.stringify(wide.hours) === JSON.stringify(narrow.hours)) &&
  (wide.when === null || wide.when === narrow.when)

/** A `*` of the narrow glob is a letter that only a `*` of the wide one matches. */
const coversGlobs = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === 0 ||
  wide.includes('*') ||
  (narrow.length > 0 && narrow.every((glob) => wide.some((other) => matchesGlob(other, glob))))

const coversWords = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === 0 || (narrow.length > 0 && narrow.every((word) => wide.includes(word)))
