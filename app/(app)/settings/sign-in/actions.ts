'use server'

import { answerOf, appliedAnswerOf, readAnswerOf } from '@/app/(app)/action-result'
import { requireRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { parseInput } from '@/lib/errors'
import {
  type AddProvider,
  addProvider,
  disableProvider,
  enableProvider,
  type ProviderRef,
  removeProvider,
  type UpdateProvider,
  updateProvider,
} from '@/lib/sign-in/commands'
import { readIdpMetadata } from '@/lib/sign-in/idp-metadata'
import { inspectIssuer } from '@/lib/sign-in/inspect-issuer'
import { OidcIssuer } from '@/lib/sign-in/provider'

export async function addProviderAction(input: AddProvider) {
  const actor = await requireActor()
  return answerOf(async () => ({ slug: (await addProvider(actor, input)).slug }))
}

export async function updateProviderAction(input: UpdateProvider) {
  const actor = await requireActor()
  return answerOf(async () => ({ slug: (await updateProvider(actor, input)).slug }))
}

export async function disableProviderAction(input: ProviderRef) {
  const actor = await requireActor()
  return answerOf(async () => ({ name: (await disableProvider(actor, input)).name }))
}

export async function enableProviderAction(input: ProviderRef) {
  const actor = await requireActor()
  return answerOf(async () => ({ name: (await enableProvider(actor, input)).name }))
}

export async function removeProviderAction(input: ProviderRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => removeProvider(actor, input))
}

/** Asks the issuer for its discovery document: only for who could save it. */
export async function inspectIssuerAction(issuer: string) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    requireRole(actor, 'admin')
    return inspectIssuer(parseInput(OidcIssuer, issuer))
  })
}

export async function readMetadataAction(xml: string) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    requireRole(actor, 'admin')
    return readIdpMetadata(xml)
  })
}
