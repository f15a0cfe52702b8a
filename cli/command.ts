import type { ParseArgsConfig } from 'node:util'
import type { Actor } from '@/lib/actor'

/** One `countersign …` command. A module under commands/ exports some; commands/index.ts lists them. */
export interface Command {
  /** The words as typed, such as `key issue`. */
  name: string
  /** What follows the name in the usage line. */
  usage: string
  summary: string
  /** Positional arguments in order; a name that ends in `?` may be left out. */
  arguments?: readonly string[]
  /** As for node:util parseArgs. `--json`, `--as` and `--help` are everywhere. */
  options?: NonNullable<ParseArgsConfig['options']>
  /** Exit status, 0 unless told; a DomainError becomes 1 and its message goes to stderr. */
  run(context: CommandContext): Promise<number | undefined>
}

export interface Column<Row> {
  title: string
  text: (row: Row) => string
}

export interface CommandContext {
  /** A positional argument by its name in `arguments`. */
  argument(name: string): string
  optionalArgument(name: string): string | undefined
  /** The value of an option of type string. */
  option(name: string): string | undefined
  /** @throws UsageError when it was not given. */
  requiredOption(name: string): string
  options(name: string): string[]
  flag(name: string): boolean
  /**
   * Who acts: the operator of this machine as an administrator without a person (`cli:USER`), or with `--as` that
   * person with their own roles (`cli:USER as EMAIL`). Opens the database.
   */
  actor(): Promise<Actor>
  /** For commands that read without acting as anyone, and before `actor()`. */
  openDatabase(): Promise<void>
  json: boolean
  now: Date
  readStdin(): Promise<string>
  /** One object: a JSON line with `--json`, else the text. */
  show(value: unknown, text: string): void
  /** One array with `--json`, else a table. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], toJson?: (row: Row) => unknown): void
  /** To stderr: it must not end up in what a script parses. */
  warn(text: string): void
}

/** The command line itself is wrong: exit status 2. */
export class UsageError extends Error {}
