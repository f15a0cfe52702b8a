import { z } from 'zod'

/** What is run for a connection whose server is a process, before anything is sealed. */

export interface EnvironmentValue {
  value: string
  /** Taken out of everything the server says. */
  secret: boolean
}

export type ProcessEnvironment = Record<string, EnvironmentValue>

export interface ProcessTarget {
  transport: 'stdio'
  command: string
  args: readonly string[]
  cwd: string | null
  env: ProcessEnvironment
}

// A NUL ends a string for the system, and what comes after it would not be what was approved.
const noControl = (text: string): boolean => !/\p{Cc}/u.test(text)

export const ProcessCommand = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .refine(noControl, 'must not hold control characters')
  .refine((command) => !/^-/.test(command), 'must not begin with a hyphen')

/** They are shown on screens and stored in the clear, unlike the environment. */
export const ProcessArguments = z
  .array(
    z
      .string()
      .max(8_000)
      .refine((text) => !text.includes('\0'), 'must not hold a NUL'),
  )
  .max(200)
  .superRefine((args, context) => {
    const told = (index: number) =>
      context.addIssue({ code: 'custom', path: [index], message: 'looks like a secret: use env, which is sealed' })
    args.forEach((arg, index) => {
      const option = /^--?[\w-]*(?:key|token|secret|passw)[\w-]*(=.+)?$/i.exec(arg)
      if (option?.[1] !== undefined) told(index)
      else if (option && args[index + 1] !== undefined && !args[index + 1]!.startsWith('-')) told(index + 1)
    })
  })

export const ProcessFolder = z
  .string()
  .trim()
  .max(1_000)
  .refine(noControl, 'must not hold control characters')
  .refine((folder) => folder.startsWith('/'), 'must be an absolute path')

/** Variables by name. @param value what is written for each */
export const environmentOf = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string(), value).superRefine((env, context) => {
    const names = Object.keys(env)
    for (const name of names) {
      const message = nameProblem(name)
      if (message !== null) context.addIssue({ code: 'custom', path: [name], message })
    }
    if (names.length > 100) context.addIssue({ code: 'custom', message: 'too many variables' })
  })

function nameProblem(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return 'is not the name of a variable'
  return name === 'COUNTERSIGN_PROCESS' ? 'is the gateway’s own name' : null
}

export const EnvironmentText = z
  .string()
  .max(32_000)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL')

export const ProcessInput = z.object({
  command: ProcessCommand,
  args: ProcessArguments.default([]),
  cwd: ProcessFolder.nullish().transform((folder) => folder || null),
  /** Left out keeps what is sealed, as long as the same is run. */
  env: environmentOf(z.object({ value: EnvironmentText, secret: z.boolean() })).optional(),
})
export type ProcessInput = z.input<typeof ProcessInput>
export type ParsedProcess = z.output<typeof ProcessInput>

/** Whether the same is run, but for its environment. */
export const runsTheSame = (
  a: { command: string | null; args: readonly string[]; cwd: string | null },
  b: { command: string | null; args: readonly string[]; cwd: string | null },
): boolean => JSON.stringify([a.command, a.args, a.cwd]) === JSON.stringify([b.command, b.args, b.cwd])

/** As a person would type it: for screens and audit events. */
export const commandLine = ({ command, args }: { command: string | null; args: readonly string[] }): string =>
  [command ?? '', ...args]
    .map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`))
    .join(' ')
