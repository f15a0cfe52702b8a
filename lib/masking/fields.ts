import { FieldPathProblem, parseFieldPath, type Step } from './field-path'

/** Paths of fields whose values are masked whatever they are. Plain data, so that it can be sent to a thread. */
export interface Fields {
  /** As they were written, each once. */
  readonly sources: readonly string[]
  readonly paths: readonly (readonly Step[])[]
}

const MAX_PATHS = 100
/** Of all paths together: so many may be under way at each node of a message. */
const MAX_STEPS = 300

/** Compiles the `fields` of a mask rule. A problem says which path, where in it, and what to write instead. */
export function compileFields(
  sources: readonly string[],
): { ok: true; fields: Fields } | { ok: false; problem: string } {
  const unique = [...new Set(sources)]
  if (unique.length > MAX_PATHS) return { ok: false, problem: `More than ${MAX_PATHS} fields in one rule.` }
  try {
    const paths = unique.map(parseFieldPath)
    const steps = paths.reduce((sum, path) => sum + path.length, 0)
    if (steps > MAX_STEPS) return { ok: false, problem: `More than ${MAX_STEPS} steps in the fields of one rule.` }
    return { ok: true, fields: { sources: unique, paths } }
  } catch (error) {
    if (error instanceof FieldPathProblem) return { ok: false, problem: error.message }
    throw error
  }
}

/** The fields of several rules, as one set. */
export function unionOfFields(all: readonly (Fields | null)[]): Fields | null {
  const paths = new Map<string, readonly Step[]>()
  for (const fields of all) fields?.sources.forEach((source, index) => void paths.set(source, fields.paths[index]!))
  return paths.size === 0 ? null : { sources: [...paths.keys()], paths: [...paths.values()] }
}
