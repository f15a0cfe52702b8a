import { Refusal } from '@/gateway/call'
import { requestToken } from '@/lib/connections/client-credentials'
import { EchoFilter, secretsOfHeader } from '@/lib/connections/echo'
import { type OpenedProcess, openedProcess } from '@/lib/connections/opened-process'
import type { SealingSecrets } from '@/lib/connections/seal'
import { openStoredCredential, staticHeader } from '@/lib/connections/stored-credential'
import { openEnvironment } from '@/lib/connections/upstream-values'
import type { PolicyConnection } from '@/lib/policies/snapshot'
import { ClientToken, type RequestToken } from './tokens'

/** What proves the gateway to a server: a header that is known, or a token that has to be asked for. */
export type Proof = { headers: Record<string, string>; echo: EchoFilter } | ClientToken

/** What is sealed in connections, opened once per version of the policy. Tokens outlive versions. */
export class OpenedConnections {
  private readonly proofs = new WeakMap<PolicyConnection, Proof>()
  private readonly processes = new WeakMap<PolicyConnection, OpenedProcess>()
  /** By connection, and by what its token is asked with. */
  private readonly tokens = new Map<string, { of: string; token: ClientToken }>()

  constructor(
    private readonly secrets: SealingSecrets,
    /** What assertions of who calls begin with: a server that gets them may repeat them. */
    private readonly assertions: readonly string[] = [],
    private readonly request: RequestToken = requestToken,
  ) {}

  /** @throws Refusal when it was sealed with a secret that is not known here. */
  proofOf(connection: PolicyConnection): Proof {
    const known = this.proofs.get(connection)
    if (known !== undefined) return known
    const proof = this.open(connection)
    this.proofs.set(connection, proof)
    return proof
  }

  /** What may not come down again. */
  echoOf(connection: PolicyConnection): EchoFilter {
    return connection.transport === 'stdio' ? this.commandOf(connection).echo : this.proofOf(connection).echo
  }

  commandOf(connection: PolicyConnection): OpenedProcess {
    const known = this.processes.get(connection)
    if (known !== undefined) return known
    const { id, command, args, cwd, envSealed } = connection
    const env = opened(() => openEnvironment(this.secrets, id, envSealed))
    const process = openedProcess({ command: command!, args, cwd, env })
    this.processes.set(connection, process)
    return process
  }

  private open(connection: PolicyConnection): Proof {
    const credential = opened(() => openStoredCredential(this.secrets, connection))
    const assertions = connection.assertHeader === null ? [] : this.assertions
    if (credential === null) return { headers: {}, echo: new EchoFilter([], assertions) }
    if (credential.kind !== 'oauth') {
      const headers = staticHeader(credential)
      const secrets = Object.values(headers).flatMap(secretsOfHeader)
      if (credential.kind === 'basic') secrets.push(credential.password)
      return { headers: lowerCased(headers), echo: new EchoFilter(secrets, assertions) }
    }
    const of = JSON.stringify([credential, assertions])
    const kept = this.tokens.get(connection.id)
    if (kept?.of === of) return kept.token
    const token = new ClientToken(credential, this.request, assertions)
    this.tokens.set(connection.id, { of, token })
    return token
  }
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch {
    throw new Refusal('upstream_unreachable', { detail: 'What is sealed for it does not open here.' })
  }
}
