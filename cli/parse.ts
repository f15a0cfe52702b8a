import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Command, UsageError } from './command'

const EVERYWHERE = {
  json: { type: 'boolean' },
  as: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

export interface Invocation {
  command: Command
  positionals: Map<string, string>
  options: Record<string, string | boolean | (string | boolean)[] | undefined>
}

interface Given {
  values: Invocation['options']
  positionals: string[]
}

export type Parsed = { help: string } | Invocation

/** @throws UsageError */
export function parseInvocation(commands: readonly Command[], argv: readonly string[]): Parsed {
  const words = argv[0] === '--json' ? [...argv.slice(1), '--json'] : [...argv]
  if (words.length === 0) throw new UsageError(overview(commands))
  if (words[0] === 'help' || words[0] === '--help' || words[0] === '-h') return { help: overview(commands) }

  const command = commands
    .filter((candidate) => candidate.name.split(' ').every((word, index) => words[index] === word))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (command === undefined) throw new UsageError(unknownCommand(commands, words))

  const given = readArguments(command, words.slice(command.name.split(' ').length))
  if (given.values.help === true) return { help: `${usageOf(command)}\n${command.summary}` }
  return { command, positionals: namePositionals(command, given.positionals), options: given.values }
}

function readArguments(command: Command, args: string[]): Given {
  try {
    return parseArgs({ args, options: { ...command.options, ...EVERYWHERE }, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usageOf(command)}`)
  }
}

function namePositionals(command: Command, given: readonly string[]): Map<string, string> {
  const expected = command.arguments ?? []
  const required = expected.filter((name) => !name.endsWith('?')).length
  if (given.length < required || given.length > expected.length) throw new UsageError(usageOf(command))
  return new Map(given.map((value, index) => [expected[index]!.replace('?', ''), value]))
}

const usageOf = (command: Command): string => `usage: countersign ${command.name} ${command.usage}`.trimEnd()

function unknownCommand(commands: readonly Command[], words: readonly string[]): string {
  const family = commands.filter((command) => command.name.split(' ')[0] === words[0])
  if (family.length > 0) return family.map(usageOf).join('\n')
  return `There is no command ${words[0]}.\n${overview(commands)}`
}

const overview = (commands: readonly Command[]): string =>
  [
    'usage: countersign COMMAND [--json] [--as EMAIL]',
    '',
    ...commands.map((command) => `  ${`${command.name} ${command.usage}`.trim()}\n      ${command.summary}`),
  ].join('\n')
