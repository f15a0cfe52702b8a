import { BoundExceeded, LIMITS } from './limits'

// An evaluation is synchronous, so there is never more than one.
let left = 0

// One for all: it may be thrown for every element of a list, and a stack trace costs more than a step.
const EXCEEDED = new BoundExceeded('cost')

/**
 * Runs one evaluation within the limit.
 * @throws BoundExceeded also where the expression swallowed it, as `||` and `exists` do: no answer was reached by looking
 */
export function withBudget<Result>(evaluate: () => Result): Result {
  left = LIMITS.cost
  const result = evaluate()
  if (isSpent()) throw EXCEEDED
  return result
}

/** @throws BoundExceeded when this is more than is left */
export function spend(units: number): void {
  left -= units
  if (left < 0) throw EXCEEDED
}

/** Whether this evaluation went over its limit. */
export const isSpent = (): boolean => left < 0

/** About what it costs to look at all of a value. @throws BoundExceeded */
export function spendOn(value: unknown): void {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') spend(1 + next.length / 4)
    else if (typeof next !== 'object' || next === null) spend(1)
    else {
      const elements = Array.isArray(next) ? next : next instanceof Map ? [...next.values()] : Object.values(next)
      spend(1 + elements.length)
      for (const element of elements) open.push(element)
    }
  }
}

// Several rules ask the same of the same call. Texts of calls are never kept longer than that takes: see `forget`.
const results = new Map<(text: string) => unknown, Map<string, unknown>>()

/** The result of a pure analysis, reckoned once for all conditions of one call. @throws BoundExceeded */
export function remember<Result>(analyze: (text: string) => Result, text: string, costPerCharacter: number): Result {
  spend(100)
  const known = results.get(analyze) ?? new Map<string, unknown>()
  results.set(analyze, known)
  if (known.has(text)) return known.get(text) as Result
  spend(text.length * costPerCharacter)
  const result = analyze(text)
  known.set(text, result)
  return result
}

/** What was reckoned for one call does not outlive it. */
export const forget = (): void => results.clear()
