import type { SignInClaims } from '@/lib/identities/claims'
import type { SamlProvider } from '@/lib/sign-in/provider'
import type { SamlAssertion } from './assertion'

/** What providers call these when nobody tells them otherwise. */
const USUAL = {
  email: [
    'email',
    'mail',
    'urn:oid:0.9.2342.19200300.100.1.3',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  ],
  name: [
    'displayName',
    'name',
    'urn:oid:2.16.840.1.113730.3.1.241',
    'http://schemas.microsoft.com/identity/claims/displayname',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  ],
}
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
/** Entra ID sends this in place of more than 150 groups. */
const GROUPS_ELSEWHERE = 'http://schemas.microsoft.com/claims/groups.link'

/**
 * From a verified assertion. Nothing in SAML says that an address was verified: in the domains an administrator listed for
 * the provider, its word is taken.
 */
export function samlClaims({ issuer, nameId, attributes }: SamlAssertion, { claims }: SamlProvider): SignInClaims {
  const one = (names: readonly string[]): string | null => {
    for (const name of names) {
      const value = oneValue(attributes, name)
      if (value !== null) return value
    }
    return null
  }
  const [source, value] =
    claims.subject === null ? ['NameID', nameId.value] : [claims.subject, oneValue(attributes, claims.subject)]
  const addressAsName = nameId.format === EMAIL_FORMAT ? nameId.value : null
  return {
    issuer,
    // Where it stood is part of it: what one place says must not spell what another one said, or the `sub` of a token whose
    // issuer has the same name.
    subject: value ? `${source}=${value}` : '',
    email: claims.email === null ? (one(USUAL.email) ?? addressAsName) : oneValue(attributes, claims.email),
    emailVerified: true,
    name: one(claims.name === null ? USUAL.name : [claims.name]),
    groups: groupsOf(attributes, claims.groups),
  }
}

function groupsOf(attributes: SamlAssertion['attributes'], name: string | null): SignInClaims['groups'] {
  if (name === null) return null
  return attributes.get(name)?.filter(Boolean) ?? (attributes.has(GROUPS_ELSEWHERE) ? 'unknown' : [])
}

/** Of two values, which one did the provider mean? Then it said none. */
function oneValue(attributes: SamlAssertion['attributes'], name: string): string | null {
  const values = new Set(attributes.get(name)?.filter(Boolean))
  return values.size === 1 ? [...values][0]! : null
}
