import type { z } from 'zod'

/** Domain errors: a few classes with stable codes. Edges translate them once; `message` is safe to show. */
export abstract class DomainError extends Error {
  abstract readonly code: string
  abstract readonly status: number
}

/** It does not exist, or it is not yours to see: the two must look the same. */
export class NotFound extends DomainError {
  readonly code = 'not_found'
  readonly status = 404
  constructor(what: string) {
    super(`There is no such ${what}, or you may not see it.`)
  }
}

export class Forbidden extends DomainError {
  readonly code = 'forbidden'
  readonly status = 403
}

export interface FieldProblem {
  path: string
  message: string
  /** 1-based line in the source file, when there is one. */
  line?: number
}

export class InvalidInput extends DomainError {
  readonly code = 'invalid_input'
  readonly status = 400
  constructor(
    message: string,
    readonly problems: FieldProblem[] = [],
  ) {
    super(message)
  }
}

/** The world changed between reading and writing, or the state does not allow it. */
export class Conflict extends DomainError {
  readonly code = 'conflict'
  readonly status = 409
}

/** Something we depend on is away. Retrying may help. */
export class Unavailable extends DomainError {
  readonly code = 'unavailable'
  readonly status = 503
}

/** What zod found wrong, as ours: every edge then translates one kind of error. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw new InvalidInput(problems.length === 1 ? problems[0]!.message : 'Some fields need another value.', problems)
}
