import { forget } from './budget'
import type { ConditionFacts } from './facts'
import { BoundExceeded, LIMITS } from './limits'

/** The facts as the expression language reads them. */
export interface View {
  identity: IdentityView
  connection: ConnectionView
  tool: ToolView
  session: SessionView
  args: unknown
  now: Date
}

// One class each: the language tells types by constructor, and so refuses fields that are not declared.
export class IdentityView {
  constructor(facts: ConditionFacts['identity']) {
    Object.assign(this, { ...facts, groups: [...facts.groups] })
  }
}
export class ConnectionView {
  constructor(facts: ConditionFacts['connection']) {
    Object.assign(this, facts)
  }
}
export class ToolView {
  constructor(facts: ConditionFacts['tool']) {
    Object.assign(this, facts)
  }
}
export class SessionView {
  constructor(facts: ConditionFacts['session']) {
    Object.assign(this, facts)
  }
}

let last: { given: unknown; readable: unknown } | undefined

export const viewOf = (facts: ConditionFacts): View => ({
  identity: new IdentityView(facts.identity),
  connection: new ConnectionView(facts.connection),
  tool: new ToolView(facts.tool),
  session: new SessionView(facts.session),
  args: argumentsOf(facts.args),
  now: facts.now,
})

/** Looked through once for all conditions that are asked about one call. */
function argumentsOf(given: unknown): unknown {
  if (last && last.given === given) return last.readable
  forget()
  last = { given, readable: readableArguments(given) }
  return last.readable
}

/** Stands for arguments that are too many or too deep: every look into it fails, so the answer is `unclear`. */
class Unreadable {}

function readableArguments(args: unknown): unknown {
  try {
    const budget = { values: LIMITS.argumentValues }
    return readable(args, 0, budget)
  } catch (error) {
    if (error instanceof BoundExceeded) return new Unreadable()
    throw error
  }
}

/**
 * The same value, but for objects with a key `constructor`, which become maps: the language asks an object for its
 * constructor to tell its type, and the caller must not be the one to answer.
 */
function readable(value: unknown, depth: number, budget: { values: number }): unknown {
  if (--budget.values < 0 || depth > LIMITS.argumentDepth) throw new BoundExceeded('arguments')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined
    for (let index = 0; index < value.length; index++) {
      const element = readable(value[index], depth + 1, budget)
      if (element !== value[index]) {
        copy ??= [...value]
        copy[index] = element
      }
    }
    return copy ?? value
  }
  const entries = Object.entries(value).map(([key, element]) => [key, readable(element, depth + 1, budget)] as const)
  const asIs = value as Record<string, unknown>
  const isSafe = !Object.hasOwn(value, 'constructor') && entries.every(([key, element]) => element === asIs[key])
  return isSafe ? value : new Map(entries)
}
