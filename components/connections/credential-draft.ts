/** What a person types about a credential, of whichever kind, and what it becomes. */
export interface CredentialDraft {
  kind: CredentialKind
  header: string
  value: string
  username: string
  password: string
  /** Whether the address is where tokens are, or whose metadata says so. */
  addressOf: 'tokenUrl' | 'issuer'
  address: string
  clientId: string
  clientSecret: string
  scope: string
  resource: string
  method: 'basic' | 'post'
}

export type CredentialKind = 'header' | 'basic' | 'oauth'

export type CredentialInput =
  | { kind: 'header'; header: string; value: string }
  | { kind: 'basic'; username: string; password: string }
  | {
      kind: 'oauth'
      tokenUrl: string | null
      issuer: string | null
      clientId: string
      clientSecret: string
      scope: string | null
      resource: string | null
      method: 'basic' | 'post'
    }

/** What of a stored credential is no secret, to begin with when it is entered again. */
export interface CredentialFacts {
  kind: CredentialKind
  header: string | null
  params: unknown
}

const EMPTY: CredentialDraft = {
  kind: 'header',
  header: 'Authorization',
  value: '',
  username: '',
  password: '',
  addressOf: 'tokenUrl',
  address: '',
  clientId: '',
  clientSecret: '',
  scope: '',
  resource: '',
  method: 'basic',
}

export function draftOf(stored: CredentialFacts | null): CredentialDraft {
  if (stored === null || stored.header === null) return EMPTY
  const { kind, header } = stored
  const params = (stored.params ?? {}) as Partial<Record<string, string | null>>
  const text = (name: string) => params[name] ?? ''
  switch (kind) {
    case 'header':
      return { ...EMPTY, header }
    case 'basic':
      return { ...EMPTY, kind, username: text('username') }
    case 'oauth':
      return {
        ...EMPTY,
        kind,
        addressOf: params.issuer ? 'issuer' : 'tokenUrl',
        address: text('issuer') || text('tokenUrl'),
        clientId: text('clientId'),
        scope: text('scope'),
        resource: text('resource'),
        method: params.method === 'post' ? 'post' : 'basic',
      }
  }
}

/** Null while its secret is not entered: then there is none. */
export function credentialOf(draft: CredentialDraft): CredentialInput | null {
  const { kind, address, addressOf, clientId, clientSecret, scope, resource, method } = draft
  switch (kind) {
    case 'header':
      return draft.value === '' ? null : { kind, header: draft.header.trim(), value: draft.value }
    case 'basic':
      return draft.password === '' ? null : { kind, username: draft.username, password: draft.password }
    case 'oauth':
      if (clientSecret === '') return null
      return {
        kind,
        tokenUrl: addressOf === 'tokenUrl' ? address.trim() : null,
        issuer: addressOf === 'issuer' ? address.trim() : null,
        clientId: clientId.trim(),
        clientSecret,
        scope: scope.trim() || null,
        resource: resource.trim() || null,
        method,
      }
  }
}

export const withoutSecrets = (draft: CredentialDraft): CredentialDraft => ({
  ...draft,
  value: '',
  password: '',
  clientSecret: '',
})
