import type { Credential } from '@/lib/connections/credential-input'
import type { ProcessEnvironment } from '@/lib/connections/process-input'
import type { StoredConnection } from '@/lib/connections/stored-connection'
import type { Exclusion, IdentityId } from '@/lib/domain'
import type { IssuerSettings } from '@/lib/identities/issuer-settings'
import type { CurrentAccess, CurrentProvider } from './current'
import type { DesiredConnection, DesiredGrant, DesiredGroup, DesiredIdentity, DesiredRule } from './document'
import type { DesiredProvider } from './sign-in-entry'
import type { Path } from './source'

/** What one step does to the database. People, groups and connections are still names: some are made by earlier steps. */
export type Work =
  | { do: 'create-identity'; entry: DesiredIdentity }
  | { do: 'update-identity'; id: string; entry: DesiredIdentity; enable: boolean }
  | { do: 'disable-identity'; id: string }
  | { do: 'create-group'; entry: DesiredGroup }
  | { do: 'update-group'; id: string; add: string[]; removeIds: string[]; reclaim: boolean }
  | { do: 'empty-group'; id: string }
  | { do: 'create-connection'; entry: DesiredConnection }
  | { do: 'update-connection'; id: string; entry: DesiredConnection; restore: boolean }
  | { do: 'archive-connection'; id: string }
  | { do: 'create-grant'; entry: DesiredGrant }
  | { do: 'update-grant'; id: string; entry: DesiredGrant }
  | { do: 'revoke-grant'; id: string }
  | { do: 'refuse-grant'; entry: DesiredGrant; exclusion: Exclusion }
  | { do: 'create-rule'; entry: DesiredRule }
  | { do: 'update-rule'; id: string; entry: DesiredRule }
  | { do: 'delete-rule'; id: string }
  | { do: 'create-issuer'; name: string; settings: IssuerSettings }
  | { do: 'update-issuer'; id: string; settings: IssuerSettings }
  | { do: 'remove-issuer'; id: string }
  | { do: 'bind-subject'; binding: { identity: string; issuer: string; subject: string } }
  | { do: 'unbind-subject'; id: string; binding: { identity: string; issuer: string; subject: string } }
  | { do: 'add-provider'; entry: DesiredProvider }
  | { do: 'change-provider'; id: string; entry: DesiredProvider; enable: boolean }
  | { do: 'disable-provider'; id: string }
  | { do: 'nothing' }

export type StepAction = 'create' | 'update' | 'unchanged' | 'prune' | 'refused'
export type StepKind = 'identity' | 'group' | 'connection' | 'grant' | 'rule' | 'issuer' | 'binding' | 'sign-in'

/** One line of the plan as it is shown; without credentials. */
export interface PlannedStep {
  action: StepAction
  kind: StepKind
  name: string
  /** Line in the file; null for what the file does not name. */
  line: number | null
  /** Which fields an update changes. */
  changes: string[]
  /** Why it is refused, or what the reader should know. */
  note: string | null
  /** The review item that keeps a refused grant out. */
  campaignItemId: string | null
}

export interface Step extends PlannedStep {
  work: Work
}

export const describeStep = ({ work: _work, ...planned }: Step): PlannedStep => planned

export interface PlanFacts {
  current: CurrentAccess
  /** The person who applies, if it is one. */
  actorId: IdentityId | null
  prune: boolean
  lineOf: (at: Path) => number
  /** Whether what is sealed opens to this. */
  isSameCredential: (connection: StoredConnection, wanted: Credential | null) => boolean
  isSameEnvironment: (connection: StoredConnection, wanted: ProcessEnvironment) => boolean
  /** The same for a client secret. */
  isSameClientSecret: (provider: CurrentProvider, wanted: string) => boolean
  now: Date
  /** What OIDC_ISSUER names, without a final slash. */
  environmentIssuer: string | null
  /** The provider that whoever applies signed in through. */
  signedInWith: string | null
}

export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')

interface Named {
  name: string
  at: Path
}

export const step = (kind: StepKind, { name, at }: Named, { lineOf }: Pick<PlanFacts, 'lineOf'>): Step => ({
  action: 'unchanged',
  kind,
  name,
  line: lineOf(at),
  changes: [],
  note: null,
  campaignItemId: null,
  work: { do: 'nothing' },
})

export const updateOrNothing = (kind: StepKind, named: Named, facts: PlanFacts, changes: string[], work: Work): Step =>
  changes.length === 0 ? step(kind, named, facts) : { ...step(kind, named, facts), action: 'update', changes, work }
