import { ZodError } from 'zod'
import { type Env, readEnv } from '@/lib/env'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

/** Every wrong variable at once, one line each. Names and rules only: a value may be a secret. */
export function describeProblems(error: ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  return ['the environment is wrong; docs/configuration.md says what each variable may be:', ...lines].join('\n')
}

/** @throws PlainError that names every wrong variable. */
export function readSettings(source: Record<string, string | undefined> = process.env): Env {
  try {
    return readEnv(source)
  } catch (error) {
    if (error instanceof ZodError) throw new PlainError(describeProblems(error))
    throw error
  }
}
