import type { Finding } from './reading'
import { ScriptReader } from './script'

/** A command that a script would run, for conditions. */
export class ShellCommand {
  constructor(
    readonly name: string,
    readonly path: string,
    readonly args: readonly string[],
  ) {}
}

/** What a text of shell would do. See docs/conditions.md for each field. */
export class ShellFacts {
  constructor(
    readonly commands: readonly ShellCommand[],
    readonly names: readonly string[],
    readonly writesTo: readonly string[],
    readonly dangers: readonly string[],
    readonly dangerous: boolean,
    readonly parsed: boolean,
    /** For people; conditions ask for `dangers`. */
    readonly findings: readonly Finding[],
  ) {}
}

/** A CEL type for each field. */
export const SHELL_FIELDS = {
  commands: 'list<ShellCommand>',
  names: 'list<string>',
  writesTo: 'list<string>',
  dangers: 'list<string>',
  dangerous: 'bool',
  parsed: 'bool',
} as const

export const SHELL_COMMAND_FIELDS = { name: 'string', path: 'string', args: 'list<string>' } as const

/** Longer scripts count as not understood. */
export const MAX_SHELL_LENGTH = 100_000

const MAX_NESTING = 60

/** Whether more brackets are open at once than anyone writes: the parser reads each level of them again. */
function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x28 || char === 0x7b) depth++
    else if ((char === 0x29 || char === 0x7d) && depth > 0) depth--
    if (depth > MAX_NESTING) return true
  }
  return false
}

// Invisible in what an approver reads, and not white space to a shell: control, format and half characters.
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}]/u

const unreadable = (reason: string) =>
  new ShellFacts([], [], [], ['unreadable'], true, false, [{ danger: 'unreadable', reason }])

/** Total and linear; what is not understood is dangerous. */
export function analyzeShell(text: string): ShellFacts {
  if (text.length > MAX_SHELL_LENGTH) return unreadable('is longer than is read')
  if (nestsTooDeep(text)) return unreadable('nests deeper than is read')
  if (INVISIBLE.test(text)) return unreadable('has characters that nobody sees')
  try {
    const { commands, writesTo, findings, parsed } = new ScriptReader(text)
    const dangers = [...new Set(findings.map(({ danger }) => danger))]
    return new ShellFacts(
      commands.map(
        ({ name, path, args }) =>
          new ShellCommand(
            name,
            path,
            args.map((arg) => arg.text),
          ),
      ),
      [...new Set(commands.map(({ name }) => name))],
      writesTo,
      dangers,
      dangers.length > 0,
      parsed,
      findings,
    )
  } catch {
    return unreadable('is more than is read')
  }
}
