import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { Conflict, Forbidden, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { hashServiceKey, keyHint, newPersonalToken } from './service-key'
import { identityStanding } from './standing'
import { identityForUpdate } from './store'
import { DEFAULT_TOKEN_DAYS, MAX_TOKENS, mayMintTokens, TokenName } from './token-rules'

export const MintToken = z.object({ name: TokenName, days: z.int().min(1).optional() })
export type MintToken = z.input<typeof MintToken>

export interface MintedToken {
  id: string
  /** The only time it is ever seen: just its hash is kept. */
  token: string
  hint: string
  name: string
  expiresAt: Date
}

/** For oneself, never for somebody else: whoever holds a token is that person at the gateway. */
export async function mintToken(actor: Actor, input: MintToken): Promise<Applied<MintedToken>> {
  const { id: personId } = actor
  if (personId === null || !mayMintTokens(actor)) {
    throw new Forbidden('Only people who signed in through an identity provider make access tokens, for themselves.')
  }
  const longest = env().PERSONAL_TOKEN_MAX_DAYS
  const limits = MintToken.extend({
    days: z.int().min(1).max(longest, `at most ${longest} days here`).default(Math.min(DEFAULT_TOKEN_DAYS, longest)),
  })
  const { name, days } = parseInput(limits, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const person = await identityForUpdate(tx, personId)
    const now = new Date()
    if (person.kind !== 'human' || identityStanding(person, now) !== null)
      throw new Conflict(`${person.name} is disabled or past its end date.`)
    const active = await tx.client.serviceKey.count({
      where: { identityId: person.id, kind: 'personal', revokedAt: null, expiresAt: { gt: now } },
    })
    if (active >= MAX_TOKENS)
      throw new Conflict(`You have ${active} access tokens, and no more are possible. Revoke one that nothing uses.`)
    const token = newPersonalToken()
    const expiresAt = new Date(now.getTime() + days * 86_400_000)
    const minted: MintedToken = { id: newId('key'), token, hint: keyHint(token), name, expiresAt }
    await changePolicy(tx)
    await tx.client.serviceKey.create({
      data: {
        id: minted.id,
        identityId: person.id,
        kind: 'personal',
        name,
        hash: Buffer.from(hashServiceKey(token), 'hex'),
        hint: minted.hint,
        createdBy: actor.label,
        expiresAt,
      },
    })
    recordAudit(tx, actor, {
      action: 'token.minted',
      targetType: 'key',
      targetId: minted.id,
      identityId: person.id,
      data: {
        identity: person.name,
        name,
        hint: minted.hint,
        expiresAt: expiresAt.toISOString(),
        signedInWith: actor.signedInWith ?? null,
      },
    })
    return minted
  })
}

/** A person who was disabled comes back without the tokens they once made; their service keys are somebody's to revoke. */
export async function revokeTokensOf(
  tx: Tx,
  actor: Actor,
  person: { id: string; name: string },
  now: Date,
): Promise<void> {
  const tokens = await tx.client.serviceKey.findMany({
    where: { identityId: person.id, kind: 'personal', revokedAt: null, expiresAt: { gt: now } },
    omit: { hash: true },
  })
  if (tokens.length === 0) return
  await changePolicy(tx)
  await tx.client.serviceKey.updateMany({
    where: { id: { in: tokens.map(({ id }) => id) } },
    data: { revokedAt: now, revokedBy: actor.label },
  })
  for (const { id, name, hint } of tokens) {
    recordAudit(tx, actor, {
      action: 'token.revoked',
      targetType: 'key',
      targetId: id,
      identityId: person.id,
      data: { identity: person.name, name, hint, because: 'disabled' },
    })
  }
}
