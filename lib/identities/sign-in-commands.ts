import { type Actor, SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, type Tx } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { env } from '@/lib/env'
import { Forbidden } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { changePolicy, lockPolicy } from '@/lib/policy-version'
import {
  claimedGroups,
  decideSignIn,
  nameFromSubject,
  type SignInClaims,
  type SignInDecision,
  type SignInFacts,
  type TrustedProvider,
  trustedEmail,
} from './claims'
import { GroupName } from './naming'
import { getIdentityByName, identityForUpdate, toIdentity } from './store'

/** The provider of the environment: whoever set it up answers for every address it verifies, as before there were more. */
export function environmentProvider(): TrustedProvider | null {
  const issuer = env().OIDC_ISSUER
  return issuer === undefined ? null : { issuer, emailDomains: null, groupGlobs: ['*'] }
}

/** Somebody came back from the identity provider; the caller has checked the token's signature. @throws Forbidden */
export async function signInWithClaims(
  claims: SignInClaims,
  provider: TrustedProvider | null = environmentProvider(),
): Promise<{ identityId: string }> {
  return inTransaction((tx) => signIn(tx, claims, provider))
}

/** The same within a transaction that also spends what proved it. */
export async function signIn(
  tx: Tx,
  claims: SignInClaims,
  provider: TrustedProvider | null,
): Promise<{ identityId: string }> {
  await lockPolicy(tx)
  const decision = decideSignIn(claims, await readFacts(tx, claims, provider))
  // Nothing that is not registered gets past the decision; the type does not say so.
  if (decision.kind === 'refuse' || provider === null)
    throw new Forbidden(decision.kind === 'refuse' ? decision.why : 'This identity provider is not known here.')
  const person = await settle(tx, claims, decision)
  const groups = claimedGroups(claims, provider)
  if (groups !== null) await replaceClaimedGroups(tx, claims, groups, person)
  const actor: Actor = { id: person.id, label: `user:${person.name}`, roles: person.roles }
  recordAudit(tx, actor, {
    action: 'identity.signed_in',
    targetType: 'identity',
    targetId: person.id,
    identityId: person.id,
    data: { through: claims.issuer, as: decision.kind },
  })
  return { identityId: person.id }
}

async function readFacts(tx: Tx, claims: SignInClaims, provider: TrustedProvider | null): Promise<SignInFacts> {
  const { issuer, subject } = claims
  const binding = await tx.client.identityBinding.findUnique({
    where: { issuer_subject: { issuer, subject } },
    include: { identity: true },
  })
  const email = provider && trustedEmail(claims, provider)
  const namesake = email === null ? null : await getIdentityByName(tx, email)
  const rival =
    namesake &&
    (await tx.client.identityBinding.findFirst({
      where: { issuer, identityId: namesake.id, subject: { not: subject } },
    }))
  return {
    // A gateway stands at the edge of the network, and here are roles: whom it bound to somebody else's name is found out
    // anew by this sign-in.
    bound:
      binding && (binding.via !== 'gateway' || binding.identity.name === nameFromSubject(claims))
        ? toIdentity(binding.identity)
        : null,
    namesake,
    namesakeBoundToIssuer: rival !== null,
    provider,
    admins: env().COUNTERSIGN_ADMINS,
    now: new Date(),
  }
}

async function settle(
  tx: Tx,
  { issuer, subject }: SignInClaims,
  decision: Exclude<SignInDecision, { kind: 'refuse' }>,
): Promise<Identity> {
  const now = new Date()
  switch (decision.kind) {
    case 'bound': {
      await tx.client.identityBinding.update({
        where: { issuer_subject: { issuer, subject } },
        data: { lastSeenAt: now },
      })
      return identityForUpdate(tx, decision.identityId)
    }
    case 'bind': {
      const person = await identityForUpdate(tx, decision.identityId)
      await bindThroughSignIn(tx, { issuer, subject, identityId: person.id })
      if (decision.addRoles.length === 0) return person
      const roles = [...person.roles, ...decision.addRoles]
      await changePolicy(tx)
      await tx.client.identity.update({ where: { id: person.id }, data: { roles } })
      recordAudit(tx, SYSTEM, {
        action: 'identity.updated',
        targetType: 'identity',
        targetId: person.id,
        identityId: person.id,
        data: {
          name: person.name,
          changes: { roles: { from: person.roles, to: roles } },
          because: 'COUNTERSIGN_ADMINS',
        },
      })
      return { ...person, roles }
    }
    case 'create': {
      const { name, displayName, roles } = decision
      await changePolicy(tx)
      const row = await tx.client.identity.create({
        data: { id: newId('idn'), name, displayName: displayName.slice(0, 200), kind: 'human', roles },
      })
      await bindThroughSignIn(tx, { issuer, subject, identityId: row.id })
      recordAudit(tx, SYSTEM, {
        action: 'identity.created',
        targetType: 'identity',
        targetId: row.id,
        identityId: row.id,
        data: { name, kind: 'human', roles, through: issuer },
      })
      return toIdentity(row)
    }
  }
}

/** Also over what a gateway bound: then its tokens stand for this person from now on. */
async function bindThroughSignIn(
  tx: Tx,
  { issuer, subject, identityId }: { issuer: string; subject: string; identityId: string },
): Promise<void> {
  const key = { issuer_subject: { issuer, subject } }
  const before = await tx.client.identityBinding.findUnique({ where: key })
  await tx.client.identityBinding.upsert({
    where: key,
    create: { issuer, subject, identityId },
    update: { identityId, via: 'sign-in', groupsIssuedAt: null, lastSeenAt: new Date() },
  })
  if (before === null || before.identityId === identityId) return
  await changePolicy(tx)
  await tx.client.groupMember.deleteMany({ where: { identityId: before.identityId, source: issuer } })
}

/** The claim is the whole truth of its issuer, and of no other source. */
async function replaceClaimedGroups(
  tx: Tx,
  { issuer: source, groups: given }: SignInClaims,
  groupNames: readonly string[],
  person: Identity,
): Promise<void> {
  const claimed = new Set(groupNames.flatMap((name) => GroupName.safeParse(name).data ?? []))
  const memberships = await tx.client.groupMember.findMany({
    where: { identityId: person.id, source },
    include: { group: true },
  })
  const current = new Set(memberships.map(({ group }) => group.name))
  const left = memberships.filter(({ group }) => !claimed.has(group.name))
  const joined = [...claimed].filter((name) => !current.has(name))
  if (left.length === 0 && joined.length === 0) return

  await changePolicy(tx)
  await tx.client.groupMember.deleteMany({
    where: { identityId: person.id, source, groupId: { in: left.map(({ groupId }) => groupId) } },
  })
  await tx.client.group.createMany({
    data: joined.map((name) => ({ id: newId('grp'), name, managedBy: source })),
    skipDuplicates: true,
  })
  const groups = await tx.client.group.findMany({ where: { name: { in: joined } } })
  await tx.client.groupMember.createMany({
    data: groups.map((group) => ({ groupId: group.id, identityId: person.id, source })),
  })
  recordAudit(tx, SYSTEM, {
    action: 'identity.groups_claimed',
    targetType: 'identity',
    targetId: person.id,
    identityId: person.id,
    data: {
      joined,
      left: left.map(({ group }) => group.name),
      issuer: source,
      ...(given === 'unknown' && { because: 'the provider cut the list of groups short' }),
    },
  })
}
