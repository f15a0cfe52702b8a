import type { Connection } from '@/lib/domain'

/** With what is sealed: for commands, never for a screen. */
export interface StoredConnection extends Connection {
  credentialHeader: string | null
  credentialSealed: Uint8Array | null
  managedBy: string | null
  archivedAt: Date | null
}
