import type { Connection } from '@/lib/domain'
import type { CredentialKind } from './credential-input'

/** With what is sealed: for commands, never for a screen. */
export interface StoredConnection extends Connection {
  credentialKind: CredentialKind
  credentialHeader: string | null
  credentialParams: unknown
  credentialSealed: Uint8Array | null
  envSealed: Uint8Array | null
  managedBy: string | null
  archivedAt: Date | null
}

/** Without what is sealed: this goes to screens. Named one by one, so that a new column is not shown by itself. */
export const publicConnection = (connection: Connection): Connection => ({
  id: connection.id,
  slug: connection.slug,
  name: connection.name,
  transport: connection.transport,
  upstreamUrl: connection.upstreamUrl,
  command: connection.command,
  args: connection.args,
  cwd: connection.cwd,
  envNames: connection.envNames,
  ownerId: connection.ownerId,
  risk: connection.risk,
  refuse: connection.refuse,
  toolChanges: connection.toolChanges,
  assertHeader: connection.assertHeader,
  assertAudience: connection.assertAudience,
})
