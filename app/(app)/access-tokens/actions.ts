'use server'

import { appliedAnswerOf } from '@/app/(app)/action-result'
import { requireActor } from '@/lib/auth'
import { type MintToken, mintToken, type RevokeKey, revokeKey } from '@/lib/identities/commands'

export async function mintTokenAction(input: MintToken) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await mintToken(actor, input)
    return { result: { token: result.token, name: result.name, expiresAt: result.expiresAt }, lagging }
  })
}

export async function revokeTokenAction(input: RevokeKey) {
  const actor = await requireActor()
  return appliedAnswerOf(() => revokeKey(actor, input))
}
