import { z } from 'zod'
import { IdentityKind, SIGNATURE_ALGORITHMS } from '@/lib/domain'
import {
  Audience,
  ClaimName,
  EmailDomain,
  GroupGlob,
  type Issuer,
  KeysUrl,
  RequiredClaims,
  Scope,
  SignatureAlgorithm,
} from './issuer'

/** What an administrator says about an issuer besides its name. What is left out keeps its value, or gets the one below. */
export const IssuerSettings = z
  .object({
    audience: Audience.nullable(),
    identityClaim: ClaimName,
    groupsClaim: ClaimName.nullable(),
    groupGlobs: GroupGlob.array().max(200),
    emailDomains: EmailDomain.array()
      .max(200)
      .transform((domains) => [...new Set(domains)]),
    kind: IdentityKind,
    requiredClaims: RequiredClaims,
    requiredScope: Scope.nullable(),
    jwksUri: KeysUrl.nullable(),
    algorithms: SignatureAlgorithm.array().min(1, 'name at least one'),
    acceptsIdTokens: z.boolean(),
  })
  .partial()
export type IssuerSettings = z.output<typeof IssuerSettings>

export const UNLESS_TOLD: Required<IssuerSettings> = {
  audience: null,
  identityClaim: 'sub',
  groupsClaim: null,
  groupGlobs: ['*'],
  emailDomains: [],
  kind: 'human',
  requiredClaims: {},
  requiredScope: null,
  jwksUri: null,
  algorithms: [...SIGNATURE_ALGORITHMS],
  acceptsIdTokens: false,
}

export const SETTINGS = Object.keys(UNLESS_TOLD) as (keyof IssuerSettings)[]

/** Without what was not said, and without what is no setting. */
export const whatIsSaid = (settings: IssuerSettings): IssuerSettings =>
  Object.fromEntries(SETTINGS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])))

/** Which settings would change. A plan says it beforehand. */
export const changedSettings = (before: Issuer, settings: IssuerSettings): (keyof IssuerSettings)[] =>
  SETTINGS.filter((name) => name in whatIsSaid(settings) && !sameSetting(before[name], settings[name]))

/** The order of names in a list, or of claims, says nothing. */
const sameSetting = (a: unknown, b: unknown): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].sort()
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([name, part]) => [name, ordered(part)])
    .sort()
}
