import { withBudget } from './budget'
import type { ConditionFacts } from './facts'
import { type ConditionProblem, parseCondition } from './parse-condition'
import { viewOf } from './view'

export type { ConditionFacts } from './facts'
export type { ConditionProblem } from './parse-condition'

/** `unclear`: it could not be evaluated. Doubt denies, so a rule counts it as yes. */
export type Answer = 'yes' | 'no' | 'unclear'

export interface Condition {
  source: string
  /** Never throws, and never takes longer than the limits of `limits.ts` let it. */
  evaluate(facts: ConditionFacts): Answer
}

export type CompiledCondition = { ok: true; condition: Condition } | { ok: false; problem: ConditionProblem }

/** CEL over `{ identity, connection, tool, args, session, now }`; see docs/conditions.md. */
export function compileCondition(source: string): CompiledCondition {
  const parsed = parseCondition(source)
  if (!parsed.ok) return parsed
  const { run } = parsed
  return {
    ok: true,
    condition: {
      source,
      evaluate(facts) {
        try {
          const answer = withBudget(() => run(viewOf(facts)))
          return answer === true ? 'yes' : answer === false ? 'no' : 'unclear'
        } catch {
          return 'unclear'
        }
      },
    },
  }
}
