import type { Exclusion, Grant, Tool } from '@/lib/domain'
import { type RuleRef, rulesThatDepend } from './decision-summary'
import { type Decision, evaluate, type Question } from './evaluate'
import { type PolicySnapshot, pathKey } from './snapshot'

export interface AccessExplanation {
  identityId: string
  connectionId: string
  /** Every grant that leads there, expired ones included: a reader wants to see what just ended. */
  grants: (Grant & { expired: boolean })[]
  exclusions: Exclusion[]
  /** What would happen on a call of each known tool, and which rules may act depending on what it says. */
  tools: { tool: Tool; decision: Decision; depends: RuleRef[] }[]
  /** Of any message at all. */
  open: Decision
}

/** Why an access path exists, and what would happen on it: the same function that rules on live calls. */
export function explainAccess(
  policy: PolicySnapshot,
  identityId: string,
  connectionId: string,
  now: Date,
): AccessExplanation {
  const key = pathKey(identityId, connectionId)
  const questionOf = (asked: Question['asked']): Question => ({ identityId, connectionId, asked, now })
  return {
    identityId,
    connectionId,
    grants: (policy.grants.get(key) ?? []).map((grant) => ({
      ...grant,
      expired: grant.until !== null && grant.until <= now,
    })),
    exclusions: [...(policy.exclusions.get(key) ?? [])],
    tools: [...(policy.tools.get(connectionId)?.values() ?? [])]
      .filter((tool) => tool.removedAt === null)
      .map((tool) => {
        const question = questionOf({ kind: 'tool', name: tool.name })
        return { tool, decision: evaluate(policy, question), depends: rulesThatDepend(policy, question) }
      }),
    open: evaluate(policy, questionOf({ kind: 'open' })),
  }
}

/** Every access path with at least one grant that is not over: what a campaign reviews. */
export function accessPaths(policy: PolicySnapshot, now: Date): { identityId: string; connectionId: string }[] {
  const paths: { identityId: string; connectionId: string }[] = []
  for (const [key, grants] of policy.grants) {
    if (!grants.some((grant) => grant.until === null || grant.until > now)) continue
    const [identityId, connectionId] = key.split(' ') as [string, string]
    paths.push({ identityId, connectionId })
  }
  return paths
}
