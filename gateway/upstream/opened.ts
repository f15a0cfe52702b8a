import { Refusal } from '@/gateway/call'
import { EchoFilter, NO_ECHO, secretsOfHeader } from '@/lib/connections/echo'
import { type OpenedProcess, openedProcess } from '@/lib/connections/opened-process'
import { openCredential } from '@/lib/connections/seal'
import { openEnvironment } from '@/lib/connections/upstream-values'
import type { PolicyConnection } from '@/lib/policies/snapshot'
import type { Credential } from './send'

/** What is sealed in a connection, opened once per version of the policy. */
export class OpenedConnections {
  private readonly credentials = new WeakMap<PolicyConnection, Credential | null>()
  private readonly echoes = new WeakMap<PolicyConnection, EchoFilter>()
  private readonly commands = new WeakMap<PolicyConnection, OpenedProcess>()

  constructor(private readonly secret: string) {}

  credentialOf(connection: PolicyConnection): Credential | null {
    const known = this.credentials.get(connection)
    if (known !== undefined) return known
    const { credentialHeader: header, credentialSealed: sealed, id } = connection
    const credential =
      header === null || sealed === null
        ? null
        : { header, value: opened(() => openCredential(this.secret, id, sealed)) }
    this.credentials.set(connection, credential)
    return credential
  }

  /** What may not come down again. */
  echoOf(connection: PolicyConnection): EchoFilter {
    if (connection.transport === 'stdio') return this.commandOf(connection).echo
    const known = this.echoes.get(connection)
    if (known !== undefined) return known
    const credential = this.credentialOf(connection)
    const echo = credential === null ? NO_ECHO : new EchoFilter(secretsOfHeader(credential.value))
    this.echoes.set(connection, echo)
    return echo
  }

  commandOf(connection: PolicyConnection): OpenedProcess {
    const known = this.commands.get(connection)
    if (known !== undefined) return known
    const { id, command, args, cwd, envSealed } = connection
    const env = opened(() => openEnvironment(this.secret, id, envSealed))
    const run = openedProcess({ command: command!, args, cwd, env })
    this.commands.set(connection, run)
    return run
  }
}

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch {
    throw new Refusal('upstream_unreachable', { detail: 'What is sealed for it does not open here.' })
  }
}
