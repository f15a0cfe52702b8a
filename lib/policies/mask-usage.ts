import { type MaskType, matchesAnyGlob } from '@/lib/domain'

/** Values of one type that were masked in the answers of one tool (or prompt, or resource) of a connection. */
export interface MaskedValues {
  slug: string
  /** As globs know it: a tool, `prompt:NAME` or `resource:URI`. */
  name: string
  type: string
  values: number
  calls: number
  lastAt: Date
}

export interface RuleUse {
  /** Values of the rule's types, masked where it applies. Where two rules overlap, both count them. */
  values: number
  lastAt: Date | null
}

interface Reach {
  connections: readonly string[]
  tools: readonly string[]
  types: readonly (MaskType | string)[]
  fields?: readonly string[]
}

const covers = (rule: Reach, { slug, name, type }: MaskedValues): boolean =>
  (rule.connections.length === 0 || matchesAnyGlob(rule.connections, slug)) &&
  (rule.tools.length === 0 || matchesAnyGlob(rule.tools, name)) &&
  (type === 'FIELD' ? (rule.fields ?? []).length > 0 : rule.types.includes(type))

/**
 * What was masked where a rule applies. Recordings know which values were masked, not by which of several rules: so this
 * is the rule's reach as it is now, over what happened.
 */
export function ruleUse(rule: Reach, masked: readonly MaskedValues[]): RuleUse {
  const use: RuleUse = { values: 0, lastAt: null }
  for (const entry of masked) {
    if (!covers(rule, entry)) continue
    use.values += entry.values
    if (use.lastAt === null || entry.lastAt > use.lastAt) use.lastAt = entry.lastAt
  }
  return use
}
