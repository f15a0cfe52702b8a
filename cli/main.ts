import { ZodError } from 'zod'
import { DomainError, InvalidInput } from '@/lib/errors'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { UsageError } from './command'
import { commands } from './commands'
import { contextFor, type OpenContext } from './context'
import { printable } from './output'
import { parseInvocation } from './parse'

/** @returns the exit status: 0 done, 1 refused or failed, 2 the command line is wrong. */
export async function main(argv: readonly string[]): Promise<number> {
  let context: OpenContext | undefined
  try {
    const parsed = parseInvocation(commands, argv)
    if ('help' in parsed) {
      process.stdout.write(`${parsed.help}\n`)
      return 0
    }
    context = contextFor(parsed)
    return (await parsed.command.run(context)) ?? 0
  } catch (error) {
    process.stderr.write(`${printable(describe(error))}\n`)
    return error instanceof UsageError ? 2 : 1
  } finally {
    await context?.close()
  }
}

function describe(error: unknown): string {
  if (error instanceof UsageError) return error.message
  if (error instanceof InvalidInput) {
    const places = error.problems.map(
      ({ line, path, message }) => `  ${line ? `line ${line}: ` : ''}${path ? `${path}: ` : ''}${message}`,
    )
    return [`countersign: ${error.message}`, ...places].join('\n')
  }
  if (error instanceof DomainError || error instanceof PlainError) return `countersign: ${error.message}`
  if (error instanceof ZodError) {
    return [
      'countersign: the input is not valid',
      ...error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`),
    ].join('\n')
  }
  const { code, stack, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return `countersign: ${message}`
  return `countersign: ${stack ?? String(error)}`
}
