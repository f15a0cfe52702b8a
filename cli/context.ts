import { text } from 'node:stream/consumers'
import type { Actor } from '@/lib/actor'
import { prisma } from '@/lib/db'
import { cliActor } from './actor'
import { type CommandContext, UsageError } from './command'
import { useInstance } from './instance'
import { jsonLine, printable, table } from './output'
import type { Invocation } from './parse'

export interface OpenContext extends CommandContext {
  /** Idle connections would keep the process alive. */
  close(): Promise<void>
}

export function contextFor({ command, positionals, options }: Invocation): OpenContext {
  const json = options.json === true
  const out = (line: string) => void process.stdout.write(`${line}\n`)
  let opened: Promise<void> | undefined
  const openDatabase = () => {
    opened ??= useInstance()
    return opened
  }
  let acting: Promise<Actor> | undefined
  const optionText = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)

  return {
    json,
    now: new Date(),
    openDatabase,
    close: async () => {
      if (opened !== undefined && (await succeeded(opened))) await prisma().$disconnect()
    },
    actor: () => {
      acting ??= openDatabase().then(() => cliActor(optionText('as')))
      return acting
    },
    argument: (name) => positionals.get(name)!,
    optionalArgument: (name) => positionals.get(name),
    option: optionText,
    requiredOption: (name) => {
      const value = optionText(name)
      if (value === undefined) throw new UsageError(`--${name} is needed: countersign ${command.name} ${command.usage}`)
      return value
    },
    options: (name) => [options[name] ?? []].flat().filter((value): value is string => typeof value === 'string'),
    flag: (name) => options[name] === true,
    readStdin: () => text(process.stdin),
    show: (value, human) => out(json ? jsonLine(value) : printable(human)),
    list: (rows, columns, toJson) => {
      if (json) out(jsonLine(toJson ? rows.map(toJson) : rows))
      else if (rows.length === 0) out('none')
      else out(table(rows, columns))
    },
    warn: (line) => void process.stderr.write(`countersign: ${printable(line)}\n`),
  }
}

const succeeded = (attempt: Promise<void>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  )
