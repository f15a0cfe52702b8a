import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { sealingSecret, sealingSecrets } from '@/lib/connections/commands'
import { openCredential, sealCredential } from '@/lib/connections/seal'
import { type Db, inTransaction, type Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { Conflict, InvalidInput, parseInput, Unavailable } from '@/lib/errors'
import { sameIssuer } from '@/lib/identities/claims'
import { sharedIssuerProblem } from '@/lib/identities/shared-issuers'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { describeCertificate } from './certificate'
import { mergeClaims, ProviderChange, ProviderInput, type ProviderValues, type SignInProvider } from './provider'
import {
  clientSecretSealed,
  deleteMembershipsBy,
  deleteProviderRow,
  findRival,
  insertProvider,
  providerForUpdate,
  updateProviderRow,
} from './provider-store'

export type AddProvider = z.input<typeof ProviderInput>

export async function addProvider(actor: Actor, input: AddProvider): Promise<SignInProvider> {
  requireRole(actor, 'admin')
  const given = parseInput(ProviderInput, input)
  return inTransaction((tx) => createProvider(tx, actor, given, null))
}

/** Inside a transaction of its caller's, who has asked for the role. */
export async function createProvider(
  tx: Tx,
  actor: Actor,
  given: z.output<typeof ProviderInput>,
  managedBy: string | null,
): Promise<SignInProvider> {
  const issuer = given.protocol === 'oidc' ? given.issuer : given.entityId
  await requireFree(tx, given.slug, issuer)
  refuseShared(issuer, given.requiredClaims)
  const id = newId('sip')
  const { slug, protocol } = given
  const provider = await insertProvider(
    tx,
    { id, slug, protocol, issuer, createdBy: actor.label, managedBy },
    {
      name: given.name,
      emailDomains: given.emailDomains,
      vouchesForEmails: given.vouchesForEmails,
      groupGlobs: given.groupGlobs,
      requiredClaims: given.requiredClaims,
      claims: mergeClaims(given.claims),
      ...(given.protocol === 'oidc'
        ? { clientId: given.clientId, scopes: given.scopes, clientSecretSealed: seal(id, given.clientSecret) }
        : { signInUrl: given.signInUrl, certificates: given.certificates }),
    },
  )
  audit(tx, actor, provider, 'sign_in_provider.added', shownValues(provider))
  return provider
}

/** Google signs in the whole world: which company somebody is of is another claim. */
function refuseShared(issuer: string, requiredClaims: Record<string, string[]>): void {
  const problem = sharedIssuerProblem(issuer, requiredClaims)
  if (problem !== null) throw new InvalidInput(`${issuer} ${problem}.`, [{ path: 'requiredClaims', message: problem }])
}

async function requireFree(tx: Tx, slug: string, issuer: string): Promise<void> {
  const rival = await findRival(tx, slug, issuer)
  if (rival?.slug === slug) throw new Conflict(`${slug} exists already.`)
  if (rival !== null) throw new Conflict(`${rival.name} signs people in for this issuer already.`)
  const { OIDC_ISSUER } = env()
  if (OIDC_ISSUER !== undefined && sameIssuer(OIDC_ISSUER, issuer))
    throw new Conflict('OIDC_ISSUER names this issuer already. Take it out of the environment first.')
}

export const UpdateProvider = ProviderChange.extend({ providerId: z.string() })
export type UpdateProvider = z.input<typeof UpdateProvider>

/** An issuer never changes: another one would know other people by the same subjects. Add a provider for it. */
export async function updateProvider(actor: Actor, input: UpdateProvider): Promise<SignInProvider> {
  requireRole(actor, 'admin')
  const { providerId, ...wanted } = parseInput(UpdateProvider, input)
  return inTransaction(async (tx) => changeProvider(tx, actor, await providerForUpdate(tx, providerId), wanted))
}

export async function changeProvider(
  tx: Tx,
  actor: Actor,
  before: SignInProvider,
  { clientSecret, claims, ...wanted }: z.output<typeof ProviderChange>,
): Promise<SignInProvider> {
  const foreign = before.protocol === 'oidc' ? ['signInUrl', 'certificates'] : ['clientId', 'scopes']
  const misplaced =
    Object.keys(wanted).find((field) => foreign.includes(field)) ?? (before.protocol === 'saml' && clientSecret)
  if (misplaced) throw new InvalidInput(`A provider of ${before.protocol.toUpperCase()} has no such field.`)
  refuseShared(before.issuer, wanted.requiredClaims ?? before.requiredClaims)
  const values: Partial<ProviderValues> = {
    ...wanted,
    ...(claims && { claims: mergeClaims(claims, before.claims) }),
  }
  const changes = changesBetween(before, values)
  const resealed =
    clientSecret !== undefined && !sameClientSecret(before.id, await clientSecretSealed(tx, before.id), clientSecret)
  if (Object.keys(changes).length === 0 && !resealed) return before
  const after = await updateProviderRow(tx, before.id, {
    ...values,
    ...(resealed && { clientSecretSealed: seal(before.id, clientSecret) }),
  })
  audit(tx, actor, after, 'sign_in_provider.updated', {
    changes: { ...changes, ...(resealed && { clientSecret: 'replaced' }) },
  })
  return after
}

function changesBetween(before: SignInProvider, values: Partial<ProviderValues>): Record<string, unknown> {
  const now = shownValues(before) as Record<string, unknown>
  const then = shownValues({ ...before, ...values } as SignInProvider) as Record<string, unknown>
  return Object.fromEntries(
    Object.keys(then)
      .filter((field) => JSON.stringify(now[field]) !== JSON.stringify(then[field]))
      .map((field) => [field, { from: now[field], to: then[field] }]),
  )
}

export const ProviderRef = z.object({ providerId: z.string() })
export type ProviderRef = z.input<typeof ProviderRef>

/** From now on nobody signs in through it, and whoever did is signed out. What they may reach stays. */
export async function disableProvider(actor: Actor, input: ProviderRef): Promise<SignInProvider> {
  requireRole(actor, 'admin')
  const { providerId } = parseInput(ProviderRef, input)
  requireAnotherWayIn(actor, providerId)
  return inTransaction(async (tx) => {
    const before = await providerForUpdate(tx, providerId)
    return before.disabledAt === null ? switchOff(tx, actor, before) : before
  })
}

export async function switchOff(
  tx: Tx,
  actor: Actor,
  provider: SignInProvider,
  managedBy = provider.managedBy,
): Promise<SignInProvider> {
  const after = await updateProviderRow(tx, provider.id, { disabledAt: new Date(), managedBy })
  audit(tx, actor, after, 'sign_in_provider.disabled')
  return after
}

export async function enableProvider(actor: Actor, input: ProviderRef): Promise<SignInProvider> {
  requireRole(actor, 'admin')
  const { providerId } = parseInput(ProviderRef, input)
  return inTransaction(async (tx) => {
    const before = await providerForUpdate(tx, providerId)
    return before.disabledAt === null ? before : switchOn(tx, actor, before)
  })
}

export async function switchOn(
  tx: Tx,
  actor: Actor,
  provider: SignInProvider,
  managedBy = provider.managedBy,
): Promise<SignInProvider> {
  const after = await updateProviderRow(tx, provider.id, { disabledAt: null, managedBy })
  audit(tx, actor, after, 'sign_in_provider.enabled')
  return after
}

/** With it goes its word: memberships that only its claims made. People stay, and are known again if it is added again. */
export async function removeProvider(actor: Actor, input: ProviderRef): Promise<Applied<{ memberships: number }>> {
  requireRole(actor, 'admin')
  const { providerId } = parseInput(ProviderRef, input)
  requireAnotherWayIn(actor, providerId)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const provider = await providerForUpdate(tx, providerId)
    const memberships = await deleteMembershipsBy(tx, provider.issuer)
    if (memberships > 0) await changePolicy(tx)
    await deleteProviderRow(tx, providerId)
    audit(tx, actor, provider, 'sign_in_provider.removed', { memberships })
    return { memberships }
  })
}

/** Nobody locks themself out by a slip of the mouse; the operator's link is always another way. */
function requireAnotherWayIn(actor: Actor, providerId: string): void {
  if (actor.signedInWith === providerId)
    throw new Conflict('You signed in through this provider. Sign in another way first.')
}

/** Whether what is sealed opens to this. */
export function sameClientSecret(providerId: string, sealed: Uint8Array | null, wanted: string): boolean {
  try {
    return sealed !== null && openCredential(sealingSecret(), providerId, sealed) === wanted
  } catch {
    return false
  }
}

/** For the token endpoint alone. @throws Unavailable when it does not open */
export async function openClientSecret(db: Db, { id, name }: SignInProvider): Promise<string> {
  const sealed = await clientSecretSealed(db, id)
  if (sealed === null) throw new Unavailable(`${name} has no client secret.`)
  try {
    return openCredential(sealingSecrets(), id, sealed)
  } catch {
    throw new Unavailable(`The client secret of ${name} does not open with this COUNTERSIGN_SECRET. Enter it again.`)
  }
}

const seal = (id: string, clientSecret: string) => sealCredential(sealingSecret(), id, clientSecret)

/** Certificates by their fingerprints; without the secret. */
function shownValues(provider: SignInProvider): Record<string, unknown> {
  const { name, issuer, emailDomains, vouchesForEmails, claims, groupGlobs, requiredClaims } = provider
  return {
    ...{ name, issuer, emailDomains, vouchesForEmails, claims, groupGlobs, requiredClaims },
    ...(provider.protocol === 'oidc'
      ? { clientId: provider.clientId, scopes: provider.scopes }
      : {
          signInUrl: provider.signInUrl,
          certificates: provider.certificates.map((pem) => describeCertificate(pem).fingerprint),
        }),
  }
}

function audit(
  tx: Tx,
  actor: Actor,
  { id, slug, protocol }: SignInProvider,
  action: string,
  data: Record<string, unknown> = {},
): void {
  recordAudit(tx, actor, {
    action,
    targetType: 'sign_in_provider',
    targetId: id,
    data: JSON.parse(JSON.stringify({ slug, protocol, ...data })) as Record<string, string>,
  })
}
