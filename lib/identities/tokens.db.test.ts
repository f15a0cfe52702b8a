import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { as, enterEmptyInstallation, OPERATOR, policyVersion, tablesContaining } from '@/e2e/support/control-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { createIdentity, disableIdentity, enableIdentity, issueKey, mintToken, revokeKey } from './commands'
import { listKeys } from './detail-store'
import { MAX_TOKENS } from './token-rules'

let leave: () => Promise<void>
let dana: Identity
let me: Actor
let sequence = 0

beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave())

beforeEach(async () => {
  dana = (await createIdentity(OPERATOR, { name: `dana${++sequence}@acme.test`, kind: 'human' })).result
  me = { ...as(dana), signedInWith: 'oidc' }
})

const mint = async (days?: number, name = 'laptop') => (await mintToken(me, { name, days })).result
const auditOf = (targetId: string) => prisma().auditEvent.findMany({ where: { targetId }, orderBy: { seq: 'asc' } })

describe('personal access tokens', () => {
  it('are shown once: the token itself is in no table and no audit event', async () => {
    const before = await policyVersion()
    const { token, id, hint } = await mint()
    expect(token).toMatch(/^csp_[A-Za-z0-9_-]{43}$/)
    expect(await tablesContaining(token)).toEqual([])
    expect(await tablesContaining(token.slice(8))).toEqual([])
    expect(await policyVersion()).toBe(before + 1n)
    expect(await listKeys(db(), me, { kind: 'personal' })).toMatchObject([
      { id, hint, kind: 'personal', name: 'laptop', state: 'active', lastUsedAt: null },
    ])
    expect(await auditOf(id)).toMatchObject([
      { action: 'token.minted', actor: `user:${dana.name}`, identityId: dana.id, data: { signedInWith: 'oidc' } },
    ])
  })

  it('always end: after 30 days unless told, never after the longest time allowed', async () => {
    const daysLeft = ({ expiresAt }: { expiresAt: Date }) => Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)
    expect(daysLeft(await mint())).toBe(30)
    expect(daysLeft(await mint(90))).toBe(90)
    for (const days of [91, 0, -1, 1.5, Number.NaN]) await expect(mint(days)).rejects.toThrow(InvalidInput)
    await expect(
      prisma().serviceKey.updateMany({ where: { kind: 'personal' }, data: { expiresAt: null } }),
    ).rejects.toThrow('ServiceKey_personal_ends')
  })

  it.each(['', '   ', 'a\nb', 'a\u202eb', 'x'.repeat(81)])('have a name that can be read, which %j is not', (name) =>
    expect(mint(1, name)).rejects.toThrow(InvalidInput),
  )

  it.each([
    ['a sign-in link', () => as(dana)],
    ['a sign-in link, as an administrator', () => as(dana, 'admin')],
    ['the operator of the machine', () => OPERATOR],
    ['the operator as somebody', () => ({ ...as(dana), label: `cli:tester as ${dana.name}` })],
  ])('are not made through %s', async (_how, actor) => {
    const before = await policyVersion()
    await expect(mintToken(actor(), { name: 'x' })).rejects.toThrow(Forbidden)
    expect(await policyVersion()).toBe(before)
  })

  it('are people’s only, whoever writes the row', async () => {
    const bot = (await createIdentity(OPERATOR, { name: `bot${sequence}`, kind: 'service', ownerId: dana.id })).result
    await expect(mintToken({ ...as(bot), signedInWith: 'oidc' }, { name: 'x' })).rejects.toThrow(Conflict)
    const { id } = await mint()
    await expect(prisma().serviceKey.update({ where: { id }, data: { identityId: bot.id } })).rejects.toThrow(
      'access tokens are for people',
    )
  })

  it('are not more than somebody can tell apart, also when asked for all at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: MAX_TOKENS + 3 }, () => mint(1)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_TOKENS)
    const { id } = (await listKeys(db(), me, { kind: 'personal' }))[0]!
    await revokeKey(me, { keyId: id })
    await mint(1)
    await expect(mint(1)).rejects.toThrow('no more are possible')
  })

  it('are revoked by whose they are, or by an administrator, and by nobody else', async () => {
    const other = (await createIdentity(OPERATOR, { name: `other${sequence}@acme.test`, kind: 'human' })).result
    const [mine, second] = [await mint(), await mint()]
    await expect(revokeKey(as(other, 'auditor', 'reviewer', 'engineer'), { keyId: mine.id })).rejects.toThrow(NotFound)
    await revokeKey(as(dana), { keyId: mine.id })
    await revokeKey(as(other, 'admin'), { keyId: second.id })
    await expect(revokeKey(me, { keyId: second.id })).rejects.toThrow(Conflict)
    expect((await auditOf(second.id)).map(({ action, actor }) => [action, actor])).toEqual([
      ['token.minted', `user:${dana.name}`],
      ['token.revoked', `user:${other.name}`],
    ])
  })

  it('die when the person is disabled, and do not come back with them; a service key of theirs does', async () => {
    const [{ id }, key] = [await mint(), (await issueKey(OPERATOR, { identityId: dana.id })).result]
    await disableIdentity(OPERATOR, { identityId: dana.id })
    await enableIdentity(OPERATOR, { identityId: dana.id })
    const states = new Map((await listKeys(db(), me)).map((row) => [row.id, row.state]))
    expect([states.get(id), states.get(key.id)]).toEqual(['revoked', 'active'])
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'token.revoked', data: { because: 'disabled' } })
  })

  it('are not made by who is disabled meanwhile', async () => {
    await disableIdentity(OPERATOR, { identityId: dana.id })
    await expect(mint()).rejects.toThrow(Conflict)
  })
})
