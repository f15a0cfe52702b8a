import type { Tx } from '@/lib/db'
import { toIssuer } from '@/lib/identities/issuer-store'
import { toIdentity } from '@/lib/identities/store'
import { listRules } from '@/lib/policies/rule-store'
import { toProvider } from '@/lib/sign-in/provider-store'
import type { CurrentAccess } from './current'

export async function readCurrent({ client }: Tx): Promise<CurrentAccess> {
  const identities = await client.identity.findMany()
  const groups = await client.group.findMany({ include: { members: { select: { identityId: true, source: true } } } })
  const connections = await client.connection.findMany()
  const grants = await client.grant.findMany({
    where: { revokedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const exclusions = await client.exclusion.findMany({ where: { liftedAt: null }, orderBy: { createdAt: 'asc' } })
  const rules = await listRules({ client })
  const issuers = await client.issuer.findMany()
  const providers = await client.signInProvider.findMany()
  const bindings = await client.identityBinding.findMany({
    select: { issuer: true, subject: true, identityId: true, via: true },
  })
  return {
    identities: identities.map((row) => ({ ...toIdentity(row), managedBy: row.managedBy })),
    groups,
    connections,
    grants,
    exclusions,
    rules,
    issuers: issuers.map((row) => ({ ...toIssuer(row), managedBy: row.managedBy })),
    providers: providers.map((row) => ({ ...toProvider(row), clientSecretSealed: row.clientSecretSealed })),
    bindings,
  }
}
