import { SignInRefused } from '@/lib/sign-in/refusal'
import { type Expected, readAssertion, type SamlAssertion } from './assertion'
import type { SamlResponse } from './response'
import { type PendingRequest, requireStrongSignatures, signedAssertion } from './signature'

export interface SamlPartner extends Omit<Expected, 'requestId'> {
  certificates: readonly string[]
}

/** The whole of it, outside in. @throws SignInRefused */
export async function verifyAnswer(
  response: SamlResponse,
  partner: SamlPartner,
  pending: PendingRequest,
  now: Date,
): Promise<SamlAssertion> {
  if (response.inResponseTo !== pending.id) throw new SignInRefused('unknown_request', 'it answers another request')
  // Null only where nothing but the assertion is signed: the same address is in there, as its recipient.
  if (response.destination === null ? response.signed.response : response.destination !== partner.recipient)
    throw new SignInRefused('wrong_destination', 'it was sent to another address')
  if (response.issuer !== partner.issuer) throw new SignInRefused('wrong_issuer', 'another provider answered')
  requireStrongSignatures(response)
  const xml = await signedAssertion(response, partner, pending)
  return readAssertion(xml, { ...partner, requestId: pending.id }, now)
}
