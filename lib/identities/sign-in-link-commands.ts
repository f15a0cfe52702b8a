import { z } from 'zod'
import { type Actor, hasRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, type Tx } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { env } from '@/lib/env'
import { Conflict, Forbidden, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { changePolicy, lockPolicy } from '@/lib/policy-version'
import { canSignIn } from './claims'
import { HumanName } from './naming'
import { hashSignInToken, newSignInToken, SIGN_IN_LINK_MINUTES } from './sign-in-token'
import { findIdentity, getIdentityByName, toIdentity } from './store'

export const CreateSignInLink = z.object({ email: HumanName })
export type CreateSignInLink = z.input<typeof CreateSignInLink>

/**
 * First sign-in and break-glass: one use, five minutes. Only for the operator of the machine, who could read the
 * database anyway: in the web app an administrator could otherwise sign in as a reviewer and decide in their name.
 */
export async function createSignInLink(
  actor: Actor,
  input: CreateSignInLink,
): Promise<{ url: string; expiresAt: Date; identityId: string }> {
  if (actor.id !== null || !hasRole(actor, 'admin'))
    throw new Forbidden('Only the operator of this machine makes links.')
  const { email } = parseInput(CreateSignInLink, input)
  return inTransaction(async (tx) => {
    await lockPolicy(tx)
    const identity = await personForLink(tx, actor, email)
    const token = newSignInToken()
    const now = new Date()
    const expiresAt = new Date(now.getTime() + SIGN_IN_LINK_MINUTES * 60_000)
    const id = newId('lnk')
    await tx.client.signInLink.create({
      data: { id, identityId: identity.id, hash: hashSignInToken(token), createdBy: actor.label, expiresAt },
    })
    recordAudit(tx, actor, {
      action: 'sign_in_link.created',
      targetType: 'sign_in_link',
      targetId: id,
      identityId: identity.id,
      data: { email, expiresAt: expiresAt.toISOString() },
    })
    return { url: `${env().webUrl}/sign-in/link?token=${token}`, expiresAt, identityId: identity.id }
  })
}

async function personForLink(tx: Tx, actor: Actor, email: string): Promise<Identity> {
  const known = await getIdentityByName(tx, email)
  const listed = env().COUNTERSIGN_ADMINS.includes(email)
  if (known !== null) {
    if (!canSignIn(known, new Date())) throw new Conflict(`${email} is disabled or has ended.`)
    return listed && !known.roles.includes('admin') ? makeAdministrator(tx, actor, known) : known
  }
  if (!listed && (await hasAdministrator(tx))) {
    throw new Conflict(
      `${email} is not known here. Add them with countersign apply, or list them in COUNTERSIGN_ADMINS.`,
    )
  }
  return createAdministrator(tx, actor, email)
}

async function hasAdministrator(tx: Tx): Promise<boolean> {
  const now = new Date()
  const admins = await tx.client.identity.findMany({ where: { kind: 'human', roles: { has: 'admin' } } })
  return admins.some((admin) => canSignIn(toIdentity(admin), now))
}

async function createAdministrator(tx: Tx, actor: Actor, email: string): Promise<Identity> {
  const id = newId('idn')
  await changePolicy(tx)
  const row = await tx.client.identity.create({
    data: { id, name: email, displayName: email, kind: 'human', roles: ['admin'] },
  })
  recordAudit(tx, actor, {
    action: 'identity.created',
    targetType: 'identity',
    targetId: id,
    identityId: id,
    data: { name: email, kind: 'human', roles: ['admin'] },
  })
  return toIdentity(row)
}

async function makeAdministrator(tx: Tx, actor: Actor, person: Identity): Promise<Identity> {
  const roles = [...person.roles, 'admin' as const]
  await changePolicy(tx)
  await tx.client.identity.update({ where: { id: person.id }, data: { roles } })
  recordAudit(tx, actor, {
    action: 'identity.updated',
    targetType: 'identity',
    targetId: person.id,
    identityId: person.id,
    data: { name: person.name, changes: { roles: { from: person.roles, to: roles } }, because: 'COUNTERSIGN_ADMINS' },
  })
  return { ...person, roles }
}

export const RedeemSignInLink = z.object({ token: z.string().min(1).max(200) })
export type RedeemSignInLink = z.input<typeof RedeemSignInLink>

/** @throws Forbidden, the same for every reason: an answer must not tell a used link from one that never was. */
export async function redeemSignInLink(input: RedeemSignInLink): Promise<{ identityId: string }> {
  const { token } = parseInput(RedeemSignInLink, input)
  return inTransaction(async (tx) => {
    const now = new Date()
    const hash = hashSignInToken(token)
    // One conditional update: of two browsers that redeem at the same moment, one finds no row.
    const { count } = await tx.client.signInLink.updateMany({
      where: { hash, usedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    })
    const link = count === 1 ? await tx.client.signInLink.findUniqueOrThrow({ where: { hash } }) : null
    const person = link && (await findIdentity(tx, link.identityId))
    if (!link || !person || !canSignIn(person, now))
      throw new Forbidden('This link was used or is over. Ask for a new one.')
    recordAudit(
      tx,
      { id: person.id, label: `user:${person.name}`, roles: person.roles },
      {
        action: 'identity.signed_in',
        targetType: 'identity',
        targetId: person.id,
        identityId: person.id,
        data: { through: 'link', link: link.id },
      },
    )
    return { identityId: person.id }
  })
}
