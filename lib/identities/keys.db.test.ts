import { afterAll, beforeEach, describe, expect, it } from 'vitest'
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
import { Conflict, InvalidInput, NotFound } from '@/lib/errors'
import { createIdentity, disableIdentity, issueKey, mintToken, revokeKey, rotateKey } from './commands'
import { listKeys } from './detail-store'

let leave: (() => Promise<void>) | undefined
let dana: Identity
let bot: Identity

beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
  dana = (await createIdentity(OPERATOR, { name: 'dana@acme.test', kind: 'human' })).result
  bot = (await createIdentity(OPERATOR, { name: 'bot', kind: 'service', ownerId: dana.id })).result
})
afterAll(() => leave?.())

const DAY = 86_400_000
const issue = async (expiresAt: Date | null = null) =>
  (await issueKey(OPERATOR, { identityId: bot.id, expiresAt })).result
const states = async () => (await listKeys(db(), OPERATOR, { identityId: bot.id })).map(({ id, state }) => [id, state])

describe('rotating a service key', () => {
  it('leaves two that work, the older one with an end, and no secret anywhere', async () => {
    const old = await issue()
    const before = await policyVersion()
    const { result } = await rotateKey(as(dana), { keyId: old.id, graceMs: DAY })
    expect(result.key).toMatch(/^csk_/)
    expect(result.expiresAt).toBeNull()
    expect(await policyVersion()).toBe(before + 1n)
    expect(await states()).toEqual([
      [result.id, 'active'],
      [old.id, 'active'],
    ])
    const row = await prisma().serviceKey.findUniqueOrThrow({ where: { id: old.id } })
    expect(row.replacedById).toBe(result.id)
    expect(row.expiresAt).toEqual(result.replaces.endsAt)
    expect(Math.abs(row.expiresAt!.getTime() - Date.now() - DAY)).toBeLessThan(60_000)
    expect((await auditActions()).slice(-2)).toEqual(['key.issued', 'key.rotated'])
    expect(await tablesContaining(result.key)).toEqual([])
  })

  it('makes no third that works beside them, unless told; and none from one that was replaced', async () => {
    const first = await issue()
    const second = (await rotateKey(OPERATOR, { keyId: first.id })).result
    await expect(rotateKey(OPERATOR, { keyId: first.id })).rejects.toThrow(/rotated already/)
    await expect(rotateKey(OPERATOR, { keyId: second.id })).rejects.toThrow(/three/)
    expect(await states()).toHaveLength(2)
    await revokeKey(OPERATOR, { keyId: first.id })
    const third = (await rotateKey(OPERATOR, { keyId: second.id })).result
    await rotateKey(OPERATOR, { keyId: third.id, evenThree: true })
    expect((await states()).filter(([, state]) => state === 'active')).toHaveLength(3)
  })

  it('of two at once lets one through', async () => {
    const { id } = await issue()
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => rotateKey(OPERATOR, { keyId: id })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await states()).toHaveLength(2)
  })

  it('keeps to its limits, to who answers for it, and to identities that may call', async () => {
    const { id } = await issue()
    const lee = (await createIdentity(OPERATOR, { name: 'lee@acme.test', kind: 'human' })).result
    await expect(rotateKey(as(lee, 'engineer'), { keyId: id })).rejects.toThrow(NotFound)
    await expect(rotateKey(as(lee, 'auditor'), { keyId: id })).rejects.toThrow(NotFound)
    await expect(rotateKey(OPERATOR, { keyId: 'key_none' })).rejects.toThrow(NotFound)
    await expect(rotateKey(OPERATOR, { keyId: id, graceMs: 1 })).rejects.toThrow(InvalidInput)
    await expect(rotateKey(OPERATOR, { keyId: id, graceMs: 91 * DAY })).rejects.toThrow(InvalidInput)
    const token = (await mintToken({ ...as(dana), signedInWith: 'oidc' }, { name: 'laptop' })).result
    await expect(rotateKey(as(dana), { keyId: token.id })).rejects.toThrow(Conflict)
    await disableIdentity(OPERATOR, { identityId: bot.id })
    await expect(rotateKey(OPERATOR, { keyId: id })).rejects.toThrow(/disabled/)
    expect(await states()).toEqual([[id, 'active']])
  })
})
