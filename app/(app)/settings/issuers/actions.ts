'use server'

import { appliedAnswerOf, readAnswerOf } from '@/app/(app)/action-result'
import { requireActor } from '@/lib/auth'
import {
  type CheckIssuer,
  checkIssuer,
  type IssuerRef,
  type RegisterIssuer,
  registerIssuer,
  removeIssuer,
  type UpdateIssuer,
  updateIssuer,
} from '@/lib/identities/commands'

export async function registerIssuerAction(input: RegisterIssuer) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await registerIssuer(actor, input)
    return { result: { id: result.id }, lagging }
  })
}

export async function updateIssuerAction(input: UpdateIssuer) {
  const actor = await requireActor()
  return appliedAnswerOf(() => updateIssuer(actor, input))
}

export async function removeIssuerAction(input: IssuerRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => removeIssuer(actor, input))
}

export async function checkIssuerAction(input: CheckIssuer) {
  const actor = await requireActor()
  return readAnswerOf(() => checkIssuer(actor, input))
}
