import type { TokenSuggestion } from '@/components/ui/token-input'
import { matchesAnyGlob, TOOL_RISKS } from '@/lib/words'

/** What there is to name in a rule. */
export interface RuleInventory {
  connections: TokenSuggestion[]
  tools: { name: string; slug: string; risk: (typeof TOOL_RISKS)[number] }[]
  identities: TokenSuggestion[]
  /** Humans who can decide. */
  people: TokenSuggestion[]
  groups: TokenSuggestion[]
}

interface ToolSelectors {
  connections: readonly string[]
  tools: readonly string[]
  risks: readonly string[]
}

const isAsked = (globs: readonly string[], name: string): boolean => globs.length === 0 || matchesAnyGlob(globs, name)

/** Of the connections that are selected so far, the most dangerous first. */
export function suggestTools(
  { tools }: RuleInventory,
  { connections }: Pick<ToolSelectors, 'connections'>,
): TokenSuggestion[] {
  const places = new Map<string, { slugs: string[]; risk: string }>()
  const worstFirst = [...tools].sort((a, b) => TOOL_RISKS.indexOf(b.risk) - TOOL_RISKS.indexOf(a.risk))
  for (const { name, slug, risk } of worstFirst) {
    if (!isAsked(connections, slug)) continue
    const known = places.get(name)
    if (known) known.slugs.push(slug)
    else places.set(name, { slugs: [slug], risk })
  }
  return [...places].map(([value, { slugs, risk }]) => ({
    value,
    sub: `${risk}, ${slugs.length > 2 ? `${slugs.length} connections` : slugs.join(', ')}`,
  }))
}

/** `4 of 31 tools today`: what the selectors come to. */
export function countTools({ tools }: RuleInventory, selectors: ToolSelectors): { selected: number; total: number } {
  const here = tools.filter(({ slug }) => isAsked(selectors.connections, slug))
  const selected = here.filter(
    ({ name, risk }) =>
      isAsked(selectors.tools, name) && (selectors.risks.length === 0 || selectors.risks.includes(risk)),
  )
  return { selected: selected.length, total: here.length }
}
