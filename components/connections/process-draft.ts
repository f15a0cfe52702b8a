/** What a person types about a process, and what it becomes. */
export interface ProcessDraft {
  command: string
  /** One a line. */
  args: string
  cwd: string
  env: EnvironmentRow[]
}

export interface EnvironmentRow {
  /** Only to tell rows apart. */
  key: number
  name: string
  value: string
  /** Null: as its name says. */
  secret: boolean | null
}

export interface ProcessInput {
  command: string
  args: string[]
  cwd: string | null
  env?: Record<string, { value: string; secret: boolean }>
}

export const EMPTY_PROCESS: ProcessDraft = { command: '', args: '', cwd: '', env: [] }

/** `isSecretName` decides where nobody has. */
export function processOf(draft: ProcessDraft, isSecretName: (name: string) => boolean): Required<ProcessInput> {
  const named = draft.env.filter(({ name }) => name.trim() !== '')
  return {
    command: draft.command.trim(),
    args: argumentsOf(draft.args),
    cwd: draft.cwd.trim() || null,
    env: Object.fromEntries(
      named.map(({ name, value, secret }) => [name.trim(), { value, secret: secret ?? isSecretName(name) }]),
    ),
  }
}

/** An empty line in between is an empty argument; those at the end are only the end of the text. */
export const argumentsOf = (text: string): string[] => {
  const trimmed = text.replace(/[\r\n]+$/, '')
  return trimmed === '' ? [] : trimmed.split(/\r?\n/)
}
