import { spend } from './budget'
import { normalText } from './normal-text'

/** Names under which tools take a command line. Compared without case, `-` and `_`. */
export const COMMAND_NAMES = names(
  `command commands cmd cmds commandline cmdline shell shellcommand bash bashcommand sh zsh powershell shellscript exec
  runcommand terminal terminalcommand argv`,
)
/** Names that hold a command line, code of another language or prose: only what reads as shell counts. */
const PERHAPS_COMMAND_NAMES = names('script scripts run execute code instruction program line input')

/** Names under which tools take SQL. */
export const QUERY_NAMES = names('sql sqls sqlquery rawsql querytext sqltext sqlstatement stmt ddl dml')
/** Names that hold SQL or what someone searches for: only what reads as SQL counts. */
const PERHAPS_QUERY_NAMES = names('query queries q statement statements text script command')

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/))
}

const plain = (name: string) => name.toLowerCase().replace(/[-_\s.]/g, '')

/** Every text in the arguments, however deep. */
export function textsIn(args: unknown): string[] {
  return collect(args, () => true)
}

/** The texts below a key of one of these names; a list of texts below one is also read as one command line. */
export function textsNamed(args: unknown, wanted: ReadonlySet<string>): string[] {
  return collect(args, (key) => wanted.has(plain(key)))
}

export const namesOf = (list: readonly unknown[]): ReadonlySet<string> =>
  new Set(list.map((name) => plain(String(name))))

/** `{ command: "rm", args: ["-rf", "/"] }` and `["rm", "-rf", "/"]` as they would be typed. */
export function commandLines(args: unknown, readsAsShell: (text: string) => boolean): string[] {
  const lines = [...textsNamed(args, COMMAND_NAMES), ...textsNamed(args, PERHAPS_COMMAND_NAMES).filter(readsAsShell)]
  forEachValue(args, (value, key) => {
    if (Array.isArray(value) && COMMAND_NAMES.has(plain(key)) && isTexts(value)) lines.push(typed(value))
    if (isRecord(value)) lines.push(...splitCommands(value))
  })
  return lines
}

/** SQL that a call brings. */
export function queriesIn(args: unknown): string[] {
  return [...textsNamed(args, QUERY_NAMES), ...textsNamed(args, PERHAPS_QUERY_NAMES).filter(readsAsSql)]
}

const SQL_VERB =
  /^(?:select|with|insert|update|delete|merge|drop|truncate|alter|create|grant|revoke|exec|execute|call|do|copy|explain|replace|set|begin|declare|lock|vacuum|rename|attach|load|prepare|use|go)\b/
const SQL_WORD =
  /[;*=(]|\b(?:from|into|table|database|schema|index|view|role|user|on|to|set|values|as|function|program|sequence|all|master|tables|where|only)\b/

/** Prose has fewer semicolons, and fewer comments. */
const MAX_READ = 1_000

/** Some statement in it begins like one, hidden letters and comments before it aside, and goes on like one. */
function readsAsSql(text: string): boolean {
  for (let at = 0, read = 0; at < text.length; read++) {
    if (read === MAX_READ) return true
    const begin = statementFrom(text, at)
    if (begin < 0) return true
    const semicolon = text.indexOf(';', begin)
    const end = semicolon < 0 ? text.length : semicolon
    // Enough to tell, and bounded. What follows a semicolon may be prose: it is read by itself.
    const start = normalText(text.slice(begin, Math.min(at === 0 ? text.length : end, begin + 4_000)))
    if (/^truncate \w/.test(start) || (SQL_VERB.test(start) && SQL_WORD.test(start))) return true
    at = end + 1
  }
  return false
}

/** Where a statement begins, or -1 behind more than is read: past white space, brackets and comments. What MySQL runs though it looks like one, is none. */
function statementFrom(text: string, from: number): number {
  let at = from
  for (let read = 0; at < text.length; read++) {
    if (read === MAX_READ) return -1
    LEADING.lastIndex = at
    if (LEADING.test(text)) at = LEADING.lastIndex
    else if (text.startsWith('--', at) || text[at] === '#') at = after(text, '\n', at)
    else if (text.startsWith('/*', at)) at = after(text, '*/', at + 2)
    else break
  }
  return at
}

// Invisible letters, too: what they hide is looked for.
const LEADING = /(?:[\s(;\p{Cc}\p{Cf}]|\/\*M?!\d{0,6})+/uy

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  return at < 0 ? text.length : at + end.length
}

const ARGUMENT_LISTS = ['args', 'arguments', 'argv', 'parameters', 'params']

function splitCommands(value: Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>): string[] {
  const entries = (value instanceof Map ? [...value] : Object.entries(value)) as [string, unknown][]
  const program = entries.find(([key, one]) => COMMAND_NAMES.has(plain(key)) && typeof one === 'string')?.[1]
  const rest = entries.find(([key]) => ARGUMENT_LISTS.includes(plain(key)))?.[1]
  if (typeof program !== 'string') return []
  if (Array.isArray(rest) && isTexts(rest)) return [`${program} ${typed(rest)}`]
  return typeof rest === 'string' ? [`${program} ${rest}`] : []
}

const isTexts = (value: readonly unknown[]): value is readonly string[] =>
  value.length > 0 && value.every((one) => typeof one === 'string')

/** Each argument as one word again. */
const typed = (words: readonly string[]) =>
  words.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')

function collect(args: unknown, isWanted: (key: string) => boolean): string[] {
  const texts: string[] = []
  // A text that stands alone is all there is.
  const open: { value: unknown; wanted: boolean }[] = [{ value: args, wanted: isWanted('') }]
  while (open.length > 0) {
    const { value, wanted } = open.pop()!
    spend(2)
    if (typeof value === 'string') {
      if (wanted) texts.push(value)
    } else if (Array.isArray(value)) for (const one of value) open.push({ value: one, wanted })
    else if (isRecord(value)) {
      for (const [key, one] of entriesOf(value)) open.push({ value: one, wanted: wanted || isWanted(key) })
    }
  }
  return texts.reverse()
}

function forEachValue(args: unknown, visit: (value: unknown, key: string) => void): void {
  const open: [unknown, string][] = [[args, '']]
  while (open.length > 0) {
    const [value, key] = open.pop()!
    spend(2)
    visit(value, key)
    if (Array.isArray(value)) for (const one of value) open.push([one, key])
    else if (isRecord(value)) for (const [name, one] of entriesOf(value)) open.push([one, name])
  }
}

type Fields = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const entriesOf = (value: Fields): [string, unknown][] =>
  (value instanceof Map ? [...value] : Object.entries(value)) as [string, unknown][]
