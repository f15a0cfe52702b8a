import type { ServerCommand } from '@/lib/stdio/server-process'
import { EchoFilter } from './echo'
import type { ProcessTarget } from './process-input'

/** What is run for a connection, its environment opened. */
export interface OpenedProcess {
  command: ServerCommand
  /** Takes what is secret in that environment out of what the server says. */
  echo: EchoFilter
}

export function openedProcess({ command, args, cwd, env }: Omit<ProcessTarget, 'transport'>): OpenedProcess {
  const values = Object.entries(env).map(([name, { value }]) => [name, value] as const)
  const secrets = Object.values(env).flatMap(({ value, secret }) => (secret ? [value] : []))
  return { command: { command, args, cwd, env: Object.fromEntries(values) }, echo: new EchoFilter(secrets) }
}
