import type { Credential } from './credential-input'
import type { ProcessTarget } from './process-input'
import type { UrlTransport } from './target'

/** What a connection points at, before anything is sealed. */
export type UpstreamTarget = AddressTarget | ProcessTarget

export interface AddressTarget {
  transport: UrlTransport
  url: string
  credential: Credential | null
  assertion: Assertion | null
}

/** Who calls, as the server is told in a header. */
export interface Assertion {
  header: string
  sign(): Promise<string>
}
