import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  as,
  auditActions,
  enterEmptyInstallation,
  OPERATOR,
  policyVersion,
  tablesContaining,
} from '@/e2e/support/control-world'
import { db, prisma } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import {
  addGroupMember,
  createGroup,
  createIdentity,
  createSignInLink,
  disableIdentity,
  issueKey,
  redeemSignInLink,
  removeGroupMember,
  revokeKey,
  signInWithClaims,
  transferOwnership,
  updateIdentity,
} from './commands'
import { getIdentityDetail, listKeys } from './detail-store'
import { getActor, listIdentities } from './store'

let leave: () => Promise<void>
let dana: Identity
let finn: Identity
let bot: Identity
let sequence = 0

beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave())

beforeEach(async () => {
  const n = ++sequence
  dana = (await createIdentity(OPERATOR, { name: `dana${n}@acme.test`, kind: 'human', roles: ['reviewer'] })).result
  finn = (await createIdentity(OPERATOR, { name: `finn${n}@acme.test`, kind: 'human' })).result
  bot = (await createIdentity(OPERATOR, { name: `bot${n}`, kind: 'service', ownerId: finn.id })).result
})

describe('changing identities', () => {
  it('is refused to whoever is neither administrator nor owner, and leaves nothing behind', async () => {
    const version = await policyVersion()
    const stranger = as(dana, 'reviewer', 'auditor', 'approver', 'engineer')
    await expect(updateIdentity(stranger, { identityId: bot.id, endsAt: null, displayName: 'Mine' })).rejects.toThrow(
      Forbidden,
    )
    await expect(disableIdentity(stranger, { identityId: bot.id })).rejects.toThrow(Forbidden)
    await expect(transferOwnership(stranger, { identityId: bot.id, ownerId: dana.id })).rejects.toThrow(Forbidden)
    await expect(
      createIdentity(as(dana, 'reviewer'), { name: 'own-bot', kind: 'agent', ownerId: dana.id }),
    ).rejects.toThrow(Forbidden)
    await expect(
      createIdentity(as(dana, 'engineer'), { name: 'own-bot', kind: 'agent', ownerId: finn.id }),
    ).rejects.toThrow(Forbidden)
    await expect(issueKey(stranger, { identityId: bot.id })).rejects.toThrow(NotFound)
    expect(await policyVersion()).toBe(version)
    expect(await prisma().identity.findUnique({ where: { id: bot.id } })).toMatchObject({
      displayName: bot.name,
      ownerId: finn.id,
    })
  })

  it('lets nobody change their own roles, and only administrators those of others', async () => {
    await expect(updateIdentity(as(dana, 'admin'), { identityId: dana.id, roles: ['admin'] })).rejects.toThrow(
      'own roles',
    )
    await expect(updateIdentity(as(finn), { identityId: finn.id, roles: ['admin'] })).rejects.toThrow(Forbidden)
    await updateIdentity(as(finn, 'admin'), { identityId: dana.id, roles: ['auditor'] })
    expect(await getActor(db(), dana.id)).toMatchObject({ roles: ['auditor'], label: `user:${dana.name}` })
  })

  it('names people by e-mail addresses and nothing else by one', async () => {
    await expect(createIdentity(OPERATOR, { name: 'dana', kind: 'human' })).rejects.toThrow(InvalidInput)
    await expect(createIdentity(OPERATOR, { name: 'ceo@acme.test', kind: 'service' })).rejects.toThrow(InvalidInput)
  })

  it('takes only a person as owner', async () => {
    await expect(transferOwnership(OPERATOR, { identityId: bot.id, ownerId: bot.id })).rejects.toThrow(InvalidInput)
    await transferOwnership(as(finn), { identityId: bot.id, ownerId: dana.id })
    expect(await prisma().identity.findUnique({ where: { id: bot.id } })).toMatchObject({ ownerId: dana.id })
  })

  it('signs a disabled person out at once', async () => {
    await disableIdentity(OPERATOR, { identityId: dana.id })
    expect(await getActor(db(), dana.id)).toBeNull()
  })

  it('twice to the same changes nothing and is not audited again', async () => {
    await disableIdentity(OPERATOR, { identityId: bot.id })
    const [version, audited] = [await policyVersion(), (await auditActions()).length]
    await disableIdentity(OPERATOR, { identityId: bot.id })
    await updateIdentity(OPERATOR, { identityId: bot.id, displayName: bot.displayName })
    expect([await policyVersion(), (await auditActions()).length]).toEqual([version, audited])
  })
})

describe('seeing identities', () => {
  it('shows people themselves, what they own and who reports to them', async () => {
    const seen = async (actor: Parameters<typeof listIdentities>[1]) =>
      (await listIdentities(db(), actor)).map(({ id }) => id)
    expect(new Set(await seen(as(finn)))).toEqual(new Set([finn.id, bot.id]))
    expect(await seen(as(dana, 'auditor'))).toContain(bot.id)
    await expect(getIdentityDetail(db(), as(dana, 'reviewer'), bot.id)).rejects.toThrow(NotFound)
    expect(await listKeys(db(), as(dana), { identityId: bot.id })).toEqual([])
  })

  it('finds by kind, text, missing owner and coming end', async () => {
    const now = new Date()
    const soon = new Date(now.getTime() + 3 * 86_400_000)
    const orphan = (await createIdentity(OPERATOR, { name: `orphan${sequence}`, kind: 'agent', endsAt: soon })).result
    const found = async (filter: Parameters<typeof listIdentities>[2]) =>
      (await listIdentities(db(), OPERATOR, filter, now)).map(({ id }) => id)
    expect(await found({ withoutOwner: true, q: `ORPHAN${sequence}` })).toEqual([orphan.id])
    expect(await found({ endingWithinDays: 7 })).toContain(orphan.id)
    expect(await found({ endingWithinDays: 1 })).not.toContain(orphan.id)
    expect(await found({ kind: 'human' })).not.toContain(bot.id)
  })
})

describe('service keys', () => {
  it('are shown once: the key itself is in no table and no audit event', async () => {
    const { key, id } = (await issueKey(as(finn), { identityId: bot.id })).result
    expect(key).toMatch(/^csk_[A-Za-z0-9_-]{43}$/)
    expect(await tablesContaining(key)).toEqual([])
    expect(await tablesContaining(key.slice(8))).toEqual([])
    expect(await tablesContaining(id)).toContain('"ServiceKey"')
    expect((await getIdentityDetail(db(), as(finn), bot.id)).keys).toMatchObject([{ id, state: 'active' }])
  })

  it('change what may pass when issued and when revoked', async () => {
    const before = await policyVersion()
    const { id } = (await issueKey(as(finn), { identityId: bot.id })).result
    await revokeKey(as(finn), { keyId: id })
    expect(await policyVersion()).toBe(before + 2n)
    await expect(revokeKey(as(finn), { keyId: id })).rejects.toThrow(Conflict)
    await expect(revokeKey(as(dana), { keyId: id })).rejects.toThrow(NotFound)
  })

  it('are not made for who may not call: ended, disabled, or owned by nobody', async () => {
    const orphan = (await createIdentity(OPERATOR, { name: `nobodys${sequence}`, kind: 'agent' })).result
    await expect(issueKey(OPERATOR, { identityId: orphan.id })).rejects.toThrow('Nobody owns')
    await disableIdentity(OPERATOR, { identityId: bot.id })
    await expect(issueKey(OPERATOR, { identityId: bot.id })).rejects.toThrow(Conflict)
    await expect(issueKey(OPERATOR, { identityId: finn.id, expiresAt: '2020-01-01' })).rejects.toThrow(InvalidInput)
  })
})

describe('groups', () => {
  it('keep a membership by claim apart from one by hand', async () => {
    const { result: group } = await createGroup(OPERATOR, { name: `eng ${sequence}` })
    const claims = {
      issuer: 'https://idp.acme.test',
      subject: `s${sequence}`,
      email: dana.name,
      emailVerified: true,
      name: null,
    }
    await signInWithClaims({ ...claims, groups: [group.name, `new ${sequence}`] })
    await addGroupMember(OPERATOR, { groupId: group.id, identityId: dana.id })
    const groups = async () =>
      (await getIdentityDetail(db(), OPERATOR, dana.id)).memberships
        .map(({ groupName, source }) => `${groupName} ${source}`)
        .sort()
    expect(await groups()).toEqual([
      `eng ${sequence} hand`,
      `eng ${sequence} https://idp.acme.test`,
      `new ${sequence} https://idp.acme.test`,
    ])
    await signInWithClaims({ ...claims, groups: null })
    expect(await groups()).toHaveLength(3)
    await signInWithClaims({ ...claims, groups: [] })
    expect(await groups()).toEqual([`eng ${sequence} hand`])
    await removeGroupMember(OPERATOR, { groupId: group.id, identityId: dana.id })
    expect(await groups()).toEqual([])
    await expect(addGroupMember(as(dana, 'reviewer'), { groupId: group.id, identityId: dana.id })).rejects.toThrow(
      Forbidden,
    )
  })
})

describe('signing in', () => {
  it('with a link works once, also when two browsers press at the same moment', async () => {
    const { url } = await createSignInLink(OPERATOR, { email: dana.name })
    const token = new URL(url).searchParams.get('token')!
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => redeemSignInLink({ token })))
    const won = tries.filter((attempt) => attempt.status === 'fulfilled')
    expect(won.map(({ value }) => value)).toEqual([{ identityId: dana.id }])
    await expect(redeemSignInLink({ token })).rejects.toThrow(Forbidden)
    expect(await tablesContaining(token)).toEqual([])
  })

  it('with a link is over after five minutes, and for who was disabled meanwhile', async () => {
    const { url, expiresAt } = await createSignInLink(OPERATOR, { email: dana.name })
    expect(Math.round((expiresAt.getTime() - Date.now()) / 60_000)).toBe(5)
    await prisma().signInLink.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } })
    await expect(redeemSignInLink({ token: new URL(url).searchParams.get('token')! })).rejects.toThrow(Forbidden)

    const later = new URL((await createSignInLink(OPERATOR, { email: dana.name })).url).searchParams.get('token')!
    await disableIdentity(OPERATOR, { identityId: dana.id })
    await expect(redeemSignInLink({ token: later })).rejects.toThrow(Forbidden)
  })

  it('with a link is for the operator to offer, not for an administrator: it would be a way to act as somebody else', async () => {
    await expect(createSignInLink(as(finn, 'admin'), { email: dana.name })).rejects.toThrow(Forbidden)
  })

  it('makes the first administrator, and after that only whom COUNTERSIGN_ADMINS lists', async () => {
    await prisma().identity.updateMany({ data: { roles: [] } })
    const first = await createSignInLink(OPERATOR, { email: `first${sequence}@acme.test` })
    expect(await getActor(db(), first.identityId)).toMatchObject({ roles: ['admin'] })
    await expect(createSignInLink(OPERATOR, { email: `second${sequence}@acme.test` })).rejects.toThrow(Conflict)
    const listed = await createSignInLink(OPERATOR, { email: 'root@acme.test' })
    expect(await getActor(db(), listed.identityId)).toMatchObject({ roles: ['admin'] })
    // Somebody known keeps the roles they have.
    const known = await createSignInLink(OPERATOR, { email: dana.name })
    expect(await getActor(db(), known.identityId)).toMatchObject({ roles: [] })
  })

  it('for the first time in two windows at once makes one person', async () => {
    const claims = {
      issuer: 'https://idp.acme.test',
      subject: `twin${sequence}`,
      email: `twin${sequence}@acme.test`,
      emailVerified: true,
      name: 'Twin',
      groups: ['twins'],
    }
    const signedIn = await Promise.all(Array.from({ length: 5 }, () => signInWithClaims(claims)))
    expect(new Set(signedIn.map(({ identityId }) => identityId)).size).toBe(1)
    await expect(signInWithClaims({ ...claims, subject: 'thief' })).rejects.toThrow(Forbidden)
  })
})
