import { compileCondition } from '@/lib/conditions/condition'
import type { ConditionFacts } from '@/lib/conditions/facts'
import { matchesAnyGlob } from '@/lib/domain'
import { casesOf, type PackCase, type RulePack } from './pack'

/** Whether some rule of the pack would act on the call, and which. What is unclear acts. */
export function matchingRules(pack: RulePack, facts: ConditionFacts): string[] {
  return pack.rules
    .filter(({ tools }) => !tools || matchesAnyGlob(tools, facts.tool.name))
    .filter(({ when }) => {
      const compiled = compileCondition(when)
      return !compiled.ok || compiled.condition.evaluate(facts) !== 'no'
    })
    .map(({ name }) => name)
}

export interface PackScore {
  cases: number
  /** Of what ought to be stopped, how much is. */
  recall: number
  /** Of what ought to pass, how much is stopped. */
  falseAlarms: number
  wrong: PackCase[]
}

export function scorePack(pack: RulePack, factsOf: (one: PackCase) => ConditionFacts): PackScore {
  const judged = casesOf(pack).map((one) => ({ one, stopped: matchingRules(pack, factsOf(one)).length > 0 }))
  const share = (expect: PackCase['expect']) => {
    const those = judged.filter(({ one }) => one.expect === expect)
    return those.filter(({ stopped }) => stopped).length / Math.max(those.length, 1)
  }
  return {
    cases: judged.length,
    recall: share('block'),
    falseAlarms: share('allow'),
    wrong: judged.filter(({ one, stopped }) => stopped !== (one.expect === 'block')).map(({ one }) => one),
  }
}
