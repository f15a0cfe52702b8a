/** What the form holds: text as typed, lists as one text. */
export interface ProviderForm {
  protocol: 'oidc' | 'saml'
  name: string
  slug: string
  issuer: string
  clientId: string
  /** Empty keeps the sealed one. */
  clientSecret: string
  scopes: string
  signInUrl: string
  certificates: string
  emailDomains: string
  vouchesForEmails: boolean
  groupsClaim: string
  groupGlobs: string
  /** `name: value, value` a line. */
  requiredClaims: string
  subjectClaim: string
  emailClaim: string
  nameClaim: string
}

export const EMPTY_FORM: ProviderForm = {
  protocol: 'oidc',
  name: '',
  slug: '',
  issuer: '',
  clientId: '',
  clientSecret: '',
  scopes: 'openid profile email',
  signInUrl: '',
  certificates: '',
  emailDomains: '',
  vouchesForEmails: false,
  groupsClaim: '',
  groupGlobs: '*',
  requiredClaims: '',
  subjectClaim: '',
  emailClaim: '',
  nameClaim: '',
}

const words = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)
const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean)
const orNull = (text: string): string | null => text.trim() || null

/** A line without a value is kept, and refused: left out, it would require nothing. */
export function requirementsIn(text: string): Record<string, string[]> {
  const entries = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line): [string, string[]] => {
      // The name may be a URI itself; what it is apart from is a colon and a space.
      const at = line.search(/:\s|:$/)
      return at < 0 ? [line, []] : [line.slice(0, at).trim(), lines(line.slice(at + 1))]
    })
  return Object.fromEntries(entries)
}

export const requirementsText = (claims: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(claims)
    .map(([name, values]) => `${name}: ${values.join(', ')}`)
    .join('\n')

const sharedValues = (form: ProviderForm) => ({
  name: form.name,
  emailDomains: words(form.emailDomains),
  vouchesForEmails: form.protocol === 'oidc' && form.vouchesForEmails,
  // Group names may have spaces.
  groupGlobs: lines(form.groupGlobs),
  requiredClaims: requirementsIn(form.requiredClaims),
  claims: {
    subject: orNull(form.subjectClaim),
    email: orNull(form.emailClaim),
    name: orNull(form.nameClaim),
    groups: orNull(form.groupsClaim),
  },
})

export function newProvider(form: ProviderForm) {
  const { slug, issuer, clientId, clientSecret, scopes, signInUrl, certificates } = form
  return form.protocol === 'oidc'
    ? { ...sharedValues(form), protocol: 'oidc' as const, slug, issuer, clientId, clientSecret, scopes: words(scopes) }
    : {
        ...sharedValues(form),
        protocol: 'saml' as const,
        slug,
        entityId: issuer,
        signInUrl,
        certificates: [certificates],
      }
}

export function providerChange(providerId: string, form: ProviderForm) {
  const { clientId, clientSecret, scopes, signInUrl, certificates } = form
  return {
    ...sharedValues(form),
    providerId,
    ...(form.protocol === 'oidc'
      ? { clientId, scopes: words(scopes), ...(clientSecret !== '' && { clientSecret }) }
      : { signInUrl, certificates: [certificates] }),
  }
}

export type NewProvider = ReturnType<typeof newProvider>
export type ProviderChange = ReturnType<typeof providerChange>
