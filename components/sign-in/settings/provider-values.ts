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

const sharedValues = (form: ProviderForm) => ({
  name: form.name,
  emailDomains: words(form.emailDomains),
  vouchesForEmails: form.protocol === 'oidc' && form.vouchesForEmails,
  // Group names may have spaces.
  groupGlobs: lines(form.groupGlobs),
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
