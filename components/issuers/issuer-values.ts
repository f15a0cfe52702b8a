import { SIGNATURE_ALGORITHMS } from '@/lib/words'

/** What the form holds: text as typed, lists as one text. */
export interface IssuerForm {
  issuer: string
  audience: string
  identityClaim: string
  kind: 'human' | 'service' | 'pipeline' | 'agent'
  emailDomains: string
  groupsClaim: string
  groupGlobs: string
  /** One `claim: value, value` a line. */
  requiredClaims: string
  requiredScope: string
  jwksUri: string
  algorithms: string
  acceptsIdTokens: boolean
  evenIfUnreachable: boolean
}

export const EMPTY_ISSUER: IssuerForm = {
  issuer: '',
  audience: '',
  identityClaim: 'sub',
  kind: 'human',
  emailDomains: '',
  groupsClaim: '',
  groupGlobs: '*',
  requiredClaims: '',
  requiredScope: '',
  jwksUri: '',
  algorithms: '',
  acceptsIdTokens: false,
  evenIfUnreachable: false,
}

/** Who issues the tokens, as far as that settles what a form needs to say. */
export interface Preset {
  id: string
  label: string
  /** What its address looks like. */
  example: string
  values: Partial<IssuerForm>
}

export const PRESETS: readonly Preset[] = [
  { id: 'other', label: 'Another issuer', example: 'https://idp.acme.test', values: {} },
  {
    id: 'okta',
    label: 'Okta',
    example: 'https://acme.okta.com/oauth2/default',
    values: { identityClaim: 'uid', groupsClaim: 'groups', audience: 'api://default' },
  },
  {
    id: 'entra',
    label: 'Microsoft Entra ID',
    example: 'https://login.microsoftonline.com/TENANT/v2.0',
    values: { identityClaim: 'oid', groupsClaim: 'groups' },
  },
  {
    id: 'google',
    label: 'Google Workspace',
    example: 'https://accounts.google.com',
    values: { issuer: 'https://accounts.google.com', acceptsIdTokens: true, requiredClaims: 'hd: ' },
  },
  {
    id: 'keycloak',
    label: 'Keycloak',
    example: 'https://keycloak.acme.test/realms/acme',
    values: { identityClaim: 'email', groupsClaim: 'groups', audience: 'countersign' },
  },
  {
    id: 'github',
    label: 'GitHub Actions',
    example: 'https://token.actions.githubusercontent.com',
    values: {
      issuer: 'https://token.actions.githubusercontent.com',
      kind: 'pipeline',
      identityClaim: 'repository',
      requiredClaims: 'repository_owner: ',
    },
  },
  {
    id: 'gitlab',
    label: 'GitLab CI',
    example: 'https://gitlab.com',
    values: {
      issuer: 'https://gitlab.com',
      kind: 'pipeline',
      identityClaim: 'project_path',
      requiredClaims: 'namespace_path: ',
    },
  },
  {
    id: 'kubernetes',
    label: 'Kubernetes',
    example: 'https://kubernetes.default.svc.cluster.local',
    values: { kind: 'agent', requiredClaims: 'sub: system:serviceaccount:NAMESPACE:*' },
  },
]

const words = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)
const parts = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean)
const orNull = (text: string): string | null => text.trim() || null

/** A line without a value is one that somebody has not finished: it requires the claim to be nothing anybody sends. */
function requiredClaimsOf(text: string): Record<string, string[]> {
  return Object.fromEntries(
    parts(text, /\n/).map((line) => {
      const colon = line.indexOf(':')
      const name = colon < 0 ? line : line.slice(0, colon)
      return [name.trim(), colon < 0 ? [] : parts(line.slice(colon + 1), /,/)]
    }),
  )
}

type Algorithm = (typeof SIGNATURE_ALGORITHMS)[number]

/** As typed: which of them exist is the command's to say, beside the field. */
const algorithmsOf = (text: string): Algorithm[] => {
  const named = words(text)
  return named.length > 0 ? (named as Algorithm[]) : [...SIGNATURE_ALGORITHMS]
}

export const linesOf = (claims: Record<string, readonly string[]>): string =>
  Object.entries(claims)
    .map(([name, values]) => `${name}: ${values.join(', ')}`)
    .join('\n')

export const settingsOf = (form: IssuerForm) => ({
  audience: orNull(form.audience),
  identityClaim: form.identityClaim.trim() || 'sub',
  kind: form.kind,
  emailDomains: words(form.emailDomains),
  groupsClaim: orNull(form.groupsClaim),
  // Group names may have spaces.
  groupGlobs: parts(form.groupGlobs, /[\n,]/),
  requiredClaims: requiredClaimsOf(form.requiredClaims),
  requiredScope: orNull(form.requiredScope),
  jwksUri: orNull(form.jwksUri),
  algorithms: algorithmsOf(form.algorithms),
  acceptsIdTokens: form.acceptsIdTokens,
  evenIfUnreachable: form.evenIfUnreachable,
})

export type IssuerValues = ReturnType<typeof settingsOf>
