import type { Argument } from './words'

/** What a command line could do, by kind of harm. Rules name these. */
export type Danger =
  | 'files' // deletes or overwrites what is not build output
  | 'git' // loses commits or uncommitted work
  | 'system' // stops, reconfigures or wipes the machine
  | 'data' // destructive SQL, a dropped database
  | 'infrastructure' // deletes what a cluster or a cloud runs
  | 'exfiltration' // sends files or secrets away, or opens a door for it
  | 'code' // runs what nobody can read here
  | 'unreadable' // is no shell, or more of it than is read

export interface Finding {
  danger: Danger
  reason: string
}

export const found = (danger: Danger, reason: string): Finding => ({ danger, reason })

/** What a command reads from its standard input. */
export type Input =
  | { kind: 'none' }
  | { kind: 'text'; text: Argument }
  | { kind: 'file'; path: Argument }
  /** What other commands printed; their names. */
  | { kind: 'pipe'; from: readonly string[] }

export const NO_INPUT: Input = { kind: 'none' }

/** One command that would be run, wrappers taken off. */
export interface Command {
  /** Without folder, in lower case: some file systems do not tell cases apart. */
  name: string
  path: string
  args: readonly Argument[]
  input: Input
  /** `cd` went before, or it runs on another machine: relative paths are anywhere. */
  moved: boolean
}

/** What running a command amounts to, where it runs another. */
export type Step =
  | { kind: 'command'; words: readonly Argument[]; input: Input; elsewhere?: boolean }
  | { kind: 'script'; text: Argument; input: Input; elsewhere?: boolean }
  | { kind: 'finding'; finding: Finding }
