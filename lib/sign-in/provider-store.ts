import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import type { OidcProvider, ProviderValues, SignInProtocol, SignInProvider } from './provider'

const StoredClaims = z.record(z.string(), z.string().array())

// Everything but the sealed secret, which only a sign-in asks for.
type ProviderRow = Prisma.SignInProviderGetPayload<{ omit: { clientSecretSealed: true } }>
const omit = { clientSecretSealed: true } as const

export function toProvider(row: ProviderRow): SignInProvider {
  const { id, slug, name, issuer, emailDomains, vouchesForEmails, groupGlobs, disabledAt, managedBy, createdAt } = row
  const claims = {
    subject: row.subjectClaim,
    email: row.emailClaim,
    name: row.nameClaim,
    groups: row.groupsClaim,
  }
  const base = {
    ...{ id, slug, name, issuer, emailDomains, vouchesForEmails, claims, groupGlobs },
    ...{ requiredClaims: StoredClaims.parse(row.requiredClaims), disabledAt, managedBy, createdAt },
  }
  return row.protocol === 'oidc'
    ? { ...base, protocol: 'oidc', clientId: row.clientId!, scopes: row.scopes }
    : { ...base, protocol: 'saml', signInUrl: row.signInUrl!, certificates: row.certificates }
}

/** A button on the sign-in page: what a stranger may know. */
export interface SignInChoice {
  slug: string
  name: string
  protocol: SignInProtocol
  /** Where the browser will go. */
  host: string
}

export async function listSignInChoices({ client }: Db): Promise<SignInChoice[]> {
  const rows = await client.signInProvider.findMany({ where: { disabledAt: null }, orderBy: { name: 'asc' }, omit })
  return rows.map(toProvider).map((provider) => ({
    slug: provider.slug,
    name: provider.name,
    protocol: provider.protocol,
    host: new URL(provider.protocol === 'oidc' ? provider.issuer : provider.signInUrl).host,
  }))
}

/** How people get in is configuration: for who reads everything. */
export async function listProviders({ client }: Db, actor: Actor): Promise<SignInProvider[]> {
  if (!seesEverything(actor)) return []
  const rows = await client.signInProvider.findMany({ orderBy: [{ disabledAt: 'desc' }, { name: 'asc' }], omit })
  return rows.map(toProvider)
}

/** @throws NotFound also when the actor may not see it. */
export async function getProvider({ client }: Db, actor: Actor, slug: string): Promise<SignInProvider> {
  const row = seesEverything(actor) && (await client.signInProvider.findUnique({ where: { slug }, omit }))
  if (!row) throw new NotFound('sign-in provider')
  return toProvider(row)
}

/** How many people it knows, and how many memberships are on its word alone. */
export async function countUse(
  { client }: Db,
  { issuer }: SignInProvider,
): Promise<{ people: number; memberships: number }> {
  const [people, memberships] = await Promise.all([
    client.identityBinding.count({ where: { issuer } }),
    client.groupMember.count({ where: { source: issuer } }),
  ])
  return { people, memberships }
}

/** For a sign-in that is under way; a disabled one is as if it were not there. */
export async function findEnabledProvider({ client }: Db, slug: string): Promise<SignInProvider | null> {
  const row = await client.signInProvider.findFirst({ where: { slug, disabledAt: null }, omit })
  return row && toProvider(row)
}

export async function listEnabledOidc({ client }: Db): Promise<OidcProvider[]> {
  const rows = await client.signInProvider.findMany({ where: { disabledAt: null, protocol: 'oidc' }, omit })
  return rows.map(toProvider).filter((provider) => provider.protocol === 'oidc')
}

export const isProviderEnabled = async ({ client }: Db, id: string): Promise<boolean> =>
  (await client.signInProvider.count({ where: { id, disabledAt: null } })) === 1

export async function clientSecretSealed({ client }: Db, id: string): Promise<Uint8Array | null> {
  const row = await client.signInProvider.findUnique({ where: { id }, select: { clientSecretSealed: true } })
  return row?.clientSecretSealed ?? null
}

/** Locked until the commit: two changes of one provider happen one after the other. @throws NotFound */
export async function providerForUpdate(tx: Tx, id: string): Promise<SignInProvider> {
  await tx.client.$executeRaw`SELECT 1 FROM "SignInProvider" WHERE "id" = ${id} FOR UPDATE`
  const row = await tx.client.signInProvider.findUnique({ where: { id }, omit })
  if (row === null) throw new NotFound('sign-in provider')
  return toProvider(row)
}

/** Who uses a slug or speaks for an issuer already. */
export async function findRival({ client }: Db, slug: string, issuer: string): Promise<SignInProvider | null> {
  const row = await client.signInProvider.findFirst({ where: { OR: [{ slug }, { issuer }] }, omit })
  return row && toProvider(row)
}

const columns = ({ claims, clientSecretSealed, ...values }: Partial<ProviderValues>) => ({
  ...values,
  ...(claims && {
    subjectClaim: claims.subject,
    emailClaim: claims.email,
    nameClaim: claims.name,
    groupsClaim: claims.groups,
  }),
  ...(clientSecretSealed && { clientSecretSealed: Uint8Array.from(clientSecretSealed) }),
})

export async function insertProvider(
  { client }: Tx,
  fixed: {
    id: string
    slug: string
    protocol: SignInProtocol
    issuer: string
    createdBy: string
    managedBy: string | null
  },
  values: Partial<ProviderValues> & { name: string },
): Promise<SignInProvider> {
  return toProvider(
    await client.signInProvider.create({ data: { ...columns(values), ...fixed, name: values.name }, omit }),
  )
}

export async function updateProviderRow(
  { client }: Tx,
  id: string,
  values: Partial<ProviderValues> & { disabledAt?: Date | null; managedBy?: string | null },
): Promise<SignInProvider> {
  const { disabledAt, managedBy, ...rest } = values
  const data = { ...columns(rest), disabledAt, managedBy }
  return toProvider(await client.signInProvider.update({ where: { id }, data, omit }))
}

export async function deleteProviderRow({ client }: Tx, id: string): Promise<void> {
  await client.signInProvider.delete({ where: { id } })
}

/** Who is in which group on this issuer's word alone; not where its tokens are accepted at the gateway and say so too. */
export async function deleteMembershipsBy({ client }: Tx, issuer: string): Promise<number> {
  if ((await client.issuer.count({ where: { issuer } })) > 0) return 0
  const { count } = await client.groupMember.deleteMany({ where: { source: issuer } })
  return count
}
