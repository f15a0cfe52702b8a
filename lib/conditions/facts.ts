import type { IdentityKind, Risk, ToolRisk } from '@/lib/domain'

/** What a condition is asked about: one call, by whom, to what, when. */
export interface ConditionFacts {
  identity: { name: string; kind: IdentityKind; owner: string | null; groups: readonly string[] }
  connection: { slug: string; name: string; risk: Risk }
  tool: { name: string; kind: 'tool' | 'prompt' | 'resource'; risk: ToolRisk; title: string | null }
  /** `params.arguments` of the call as parsed JSON; {} when absent. */
  args: unknown
  session: { id: string | null; client: string | null }
  now: Date
}

/** Fields of each variable with their CEL types; what may be null is `dyn`, so that it can be compared with null. */
export const FACT_FIELDS = {
  identity: { name: 'string', kind: 'string', owner: 'dyn', groups: 'list<string>' },
  connection: { slug: 'string', name: 'string', risk: 'string' },
  tool: { name: 'string', kind: 'string', risk: 'string', title: 'dyn' },
  session: { id: 'dyn', client: 'dyn' },
} as const
