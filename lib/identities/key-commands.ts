import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { Conflict, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { answersFor } from './authority'
import { Deadline } from './deadline'
import { hashServiceKey, keyHint, newServiceKey } from './service-key'
import { identityStanding } from './standing'
import { findIdentity, identityForUpdate } from './store'

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
    switch (identityStanding(identity, now)) {
      case null:
        break
      case 'identity_without_owner':
        throw new Conflict(`Nobody owns ${identity.name}. Name an owner first.`)
      default:
        throw new Conflict(`${identity.name} is disabled or past its end date.`)
    }
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
      data: { identity: identity.name, hint: issued.hint, expiresAt: expiresAt?.toISOString() ?? null },
    })
    return issued
  })
}

export const RevokeKey = z.object({ keyId: z.string() })
export type RevokeKey = z.input<typeof RevokeKey>

/** Also a personal access token: its own, or anyone's by an administrator. */
export async function revokeKey(actor: Actor, input: RevokeKey): Promise<Applied<{ id: string; identityId: string }>> {
  const { keyId } = parseInput(RevokeKey, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const key = await tx.client.serviceKey.findUnique({ where: { id: keyId }, omit: { hash: true } })
    const identity = key && (await findIdentity(tx, key.identityId))
    if (!key || !identity || !answersFor(actor, identity)) throw new NotFound('key')
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
