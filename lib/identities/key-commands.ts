import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { Conflict, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { answersFor } from './authority'
import { Deadline } from './deadline'
import { decideRotation } from './key-rotation'
import { hashServiceKey, keyHint, newServiceKey } from './service-key'
import { identityStanding, keyState } from './standing'
import { findIdentity, identityForUpdate } from './store'

const DAY_MS = 86_400_000

export const IssueKey = z.object({ identityId: z.string(), expiresAt: Deadline.nullish() })
export type IssueKey = z.input<typeof IssueKey>

export interface IssuedKey {
  id: string
  /** The only time it is ever seen: just its hash is kept. */
  key: string
  hint: string
  expiresAt: Date | null
}

export async function issueKey(actor: Actor, input: IssueKey): Promise<Applied<IssuedKey>> {
  const { identityId, expiresAt = null } = parseInput(IssueKey, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const identity = await identityForUpdate(tx, identityId)
    if (!answersFor(actor, identity)) throw new NotFound('identity')
    const now = new Date()
    if (expiresAt !== null && expiresAt <= now) throw new InvalidInput('The key would be expired already.')
    requireMayHoldKeys(identity, now)
    return createKey(tx, actor, identity, expiresAt)
  })
}

function requireMayHoldKeys(identity: Identity, now: Date): void {
  switch (identityStanding(identity, now)) {
    case null:
      return
    case 'identity_without_owner':
      throw new Conflict(`Nobody owns ${identity.name}. Name an owner first.`)
    default:
      throw new Conflict(`${identity.name} is disabled or past its end date.`)
  }
}

async function createKey(
  tx: Tx,
  actor: Actor,
  { id: identityId, name }: Identity,
  expiresAt: Date | null,
): Promise<IssuedKey> {
  const key = newServiceKey()
  const issued: IssuedKey = { id: newId('key'), key, hint: keyHint(key), expiresAt }
  await changePolicy(tx)
  await tx.client.serviceKey.create({
    data: {
      id: issued.id,
      identityId,
      hash: Buffer.from(hashServiceKey(key), 'hex'),
      hint: issued.hint,
      createdBy: actor.label,
      expiresAt,
    },
  })
  recordAudit(tx, actor, {
    action: 'key.issued',
    targetType: 'key',
    targetId: issued.id,
    identityId,
    data: { identity: name, hint: issued.hint, expiresAt: expiresAt?.toISOString() ?? null },
  })
  return issued
}

export const RotateKey = z.object({
  keyId: z.string(),
  /** For how long the old one goes on. */
  graceMs: z
    .int()
    .min(60_000, 'at least a minute')
    .max(90 * DAY_MS, 'at most 90 days')
    .default(DAY_MS),
  /** Left out, the new one gets the lifetime of the old one. */
  expiresAt: Deadline.nullish(),
  evenThree: z.boolean().default(false),
})
export type RotateKey = z.input<typeof RotateKey>

export interface RotatedKey extends IssuedKey {
  replaces: { id: string; hint: string; endsAt: Date }
}

/** Issues a key beside one that goes on for a while, so that its clients can change over. */
export async function rotateKey(actor: Actor, input: RotateKey): Promise<Applied<RotatedKey>> {
  const { keyId, graceMs, expiresAt, evenThree } = parseInput(RotateKey, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const { key, identity } = await keyOf(tx, actor, keyId)
    const now = new Date()
    const before = await tx.client.serviceKey.findUnique({ where: { replacedById: keyId }, omit: { hash: true } })
    const predecessorWorks = before !== null && keyState(before, now) === 'active'
    const rotation = decideRotation({ key, predecessorWorks, graceMs, expiresAt, evenThree, now })
    if (!rotation.ok) throw new Conflict(rotation.why)
    requireMayHoldKeys(identity, now)
    const issued = await createKey(tx, actor, identity, rotation.newExpiresAt)
    const { oldEndsAt: endsAt } = rotation
    await tx.client.serviceKey.update({ where: { id: keyId }, data: { replacedById: issued.id, expiresAt: endsAt } })
    recordAudit(tx, actor, {
      action: 'key.rotated',
      targetType: 'key',
      targetId: keyId,
      identityId: identity.id,
      data: { identity: identity.name, hint: key.hint, replacedBy: issued.id, endsAt: endsAt.toISOString() },
    })
    return { ...issued, replaces: { id: keyId, hint: key.hint, endsAt } }
  })
}

async function keyOf(tx: Tx, actor: Actor, keyId: string) {
  const key = await tx.client.serviceKey.findUnique({ where: { id: keyId }, omit: { hash: true } })
  const identity = key && (await findIdentity(tx, key.identityId))
  if (!key || !identity || !answersFor(actor, identity)) throw new NotFound('key')
  return { key, identity }
}

export const RevokeKey = z.object({ keyId: z.string() })
export type RevokeKey = z.input<typeof RevokeKey>

/** Also a personal access token: its own, or anyone's by an administrator. */
export async function revokeKey(actor: Actor, input: RevokeKey): Promise<Applied<{ id: string; identityId: string }>> {
  const { keyId } = parseInput(RevokeKey, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const { key, identity } = await keyOf(tx, actor, keyId)
    if (key.revokedAt !== null) throw new Conflict(`This key was revoked already, by ${key.revokedBy}.`)
    await changePolicy(tx)
    await tx.client.serviceKey.update({
      where: { id: keyId },
      data: { revokedAt: new Date(), revokedBy: actor.label },
    })
    recordAudit(tx, actor, {
      action: key.kind === 'personal' ? 'token.revoked' : 'key.revoked',
      targetType: 'key',
      targetId: keyId,
      identityId: identity.id,
      data: { identity: identity.name, hint: key.hint, ...(key.name !== null && { name: key.name }) },
    })
    return { id: keyId, identityId: identity.id }
  })
}
