import type {
  BasicCredential,
  Credential,
  CredentialKind,
  CredentialParams,
  HeaderCredential,
  OauthClient,
} from './credential-input'
import { openCredential, type SealingSecrets, sealCredential } from './seal'

/** The columns that hold a credential. All of them, so that nothing of another kind is left. */
export interface CredentialValues {
  credentialKind: CredentialKind
  /** In which header it goes up; null without one. */
  credentialHeader: string | null
  credentialParams: CredentialParams
  credentialSealed: Uint8Array<ArrayBuffer> | null
}

export interface StoredCredential {
  id: string
  credentialKind: CredentialKind
  credentialHeader: string | null
  credentialParams: unknown
  credentialSealed: Uint8Array | null
}

export const NO_CREDENTIAL: CredentialValues = {
  credentialKind: 'header',
  credentialHeader: null,
  credentialParams: null,
  credentialSealed: null,
}

export function credentialValues(secret: () => string, id: string, credential: Credential | null): CredentialValues {
  if (credential === null) return NO_CREDENTIAL
  const seal = (text: string) => Uint8Array.from(sealCredential(secret(), id, text))
  switch (credential.kind) {
    case 'header':
      return {
        credentialKind: 'header',
        credentialHeader: credential.header,
        credentialParams: null,
        credentialSealed: seal(credential.value),
      }
    case 'basic':
      return {
        credentialKind: 'basic',
        credentialHeader: AUTHORIZATION,
        credentialParams: { username: credential.username },
        credentialSealed: seal(credential.password),
      }
    case 'oauth': {
      const { kind: _kind, clientSecret, ...client } = credential
      return {
        credentialKind: 'oauth',
        credentialHeader: AUTHORIZATION,
        credentialParams: client,
        credentialSealed: seal(clientSecret),
      }
    }
  }
}

/** @throws when it was sealed with another secret, or for another connection. */
export function openStoredCredential(secrets: SealingSecrets, stored: StoredCredential): Credential | null {
  const {
    id,
    credentialKind: kind,
    credentialHeader: header,
    credentialParams: params,
    credentialSealed: sealed,
  } = stored
  if (sealed === null || header === null) return null
  const secret = openCredential(secrets, id, sealed)
  switch (kind) {
    case 'header':
      return { kind, header, value: secret }
    case 'basic':
      return { kind, username: (params as { username: string }).username, password: secret }
    case 'oauth':
      return { kind, ...(params as OauthClient), clientSecret: secret }
  }
}

/** Also false when what is stored does not open: then it has to be sealed anew. */
export function isSameCredential(
  secrets: () => SealingSecrets,
  stored: StoredCredential,
  wanted: Credential | null,
): boolean {
  if (wanted === null || stored.credentialSealed === null) return wanted === null && stored.credentialSealed === null
  try {
    return comparable(openStoredCredential(secrets(), stored)) === comparable(wanted)
  } catch {
    return false
  }
}

const comparable = (credential: Credential | null): string =>
  JSON.stringify(Object.entries(credential ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))

const AUTHORIZATION = 'Authorization'

/** RFC 7617, in UTF-8 as most servers read it. */
export const basicValue = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** How a credential that needs no asking goes up. */
export const staticHeader = (credential: HeaderCredential | BasicCredential): Record<string, string> =>
  credential.kind === 'header'
    ? { [credential.header]: credential.value }
    : { [AUTHORIZATION]: basicValue(credential.username, credential.password) }
