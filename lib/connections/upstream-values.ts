import type { Connection } from '@/lib/domain'
import { InvalidInput } from '@/lib/errors'
import { type ParsedProcess, type ProcessEnvironment, runsTheSame } from './process-input'
import { openCredential, type SealingSecrets, sealCredential } from './seal'
import type { StoredConnection } from './stored-connection'
import type { UrlTransport } from './target'

/** The columns that say where a connection leads. All of them, so that nothing of what it was before is left. */
export type UpstreamValues = Pick<Connection, 'transport' | 'upstreamUrl' | 'command' | 'args' | 'cwd' | 'envNames'> & {
  envSealed: Uint8Array<ArrayBuffer> | null
}

export const addressValues = (transport: UrlTransport, upstreamUrl: string): UpstreamValues => ({
  transport,
  upstreamUrl,
  command: null,
  args: [],
  cwd: null,
  envNames: [],
  envSealed: null,
})

export function processValues(
  secret: () => string,
  id: string,
  { command, args, cwd, env = {} }: ParsedProcess,
): UpstreamValues {
  const envNames = Object.keys(env).sort()
  const sealed = envNames.length === 0 ? null : sealCredential(secret(), sealedFor(id), JSON.stringify(env))
  return {
    transport: 'stdio',
    upstreamUrl: null,
    command,
    args,
    cwd,
    envNames,
    envSealed: sealed === null ? null : Uint8Array.from(sealed),
  }
}

/** @throws when it was sealed with another secret, or for another connection. */
export const openEnvironment = (secrets: SealingSecrets, id: string, sealed: Uint8Array | null): ProcessEnvironment =>
  sealed === null ? {} : (JSON.parse(openCredential(secrets, sealedFor(id), sealed)) as ProcessEnvironment)

// A sealed environment put in the place of a credential, or the other way round, does not open.
export const sealedFor = (id: string): string => `${id} environment`

/**
 * What a change makes of a process. An environment that is not named again stays, unless something else is run: what was
 * sealed for one program must not be handed to another.
 * @throws InvalidInput
 */
export function changedProcess(
  secrets: () => SealingSecrets,
  before: StoredConnection,
  wanted: ParsedProcess,
): UpstreamValues | null {
  const same = before.transport === 'stdio' && runsTheSame(before, wanted)
  if (wanted.env === undefined) {
    if (same) return null
    if (before.envSealed !== null) {
      throw new InvalidInput('Enter the environment again: it was for another command.', [
        { path: 'process.env', message: 'needed for another command' },
      ])
    }
  }
  if (same && sameEnvironment(secrets, before, wanted.env ?? {})) return null
  return processValues(() => secrets().current, before.id, wanted)
}

/** Also false when it does not open with this secret: then it has to be sealed anew. */
export function sameEnvironment(
  secrets: () => SealingSecrets,
  connection: StoredConnection,
  wanted: ProcessEnvironment,
): boolean {
  if (connection.envSealed === null) return Object.keys(wanted).length === 0
  try {
    return comparable(openEnvironment(secrets(), connection.id, connection.envSealed)) === comparable(wanted)
  } catch {
    return false
  }
}

const comparable = (env: ProcessEnvironment): string =>
  JSON.stringify(
    Object.entries(env)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { value, secret }]) => [name, value, secret]),
  )
