import { SignInRefused } from '@/lib/sign-in/refusal'
import { type Expected, readAssertion, type SamlAssertion } from './assertion'
import { openAssertion } from './encryption'
import type { SamlResponse } from './response'
import { type PendingRequest, requireStrongSignatures, signedAssertion } from './signature'
import { parseXml } from './xml'

export interface SamlPartner extends Omit<Expected, 'requestId'> {
  certificates: readonly string[]
  /** PEM: what an encrypted assertion is encrypted to. Null where there is none. */
  decryptionKey: string | null
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
  requireStrongSignatures(parseXml(Buffer.from(response.base64, 'base64').toString('utf8')))
  const xml = await signedAssertion({ ...response, signed: signaturesOf(response, partner) }, partner, pending)
  return readAssertion(xml, { ...partner, requestId: pending.id }, now)
}

/** What there is to verify, with what is signed within an encryption. */
function signaturesOf({ signed, encrypted }: SamlResponse, { decryptionKey }: SamlPartner): SamlResponse['signed'] {
  if (encrypted === null) return signed
  if (decryptionKey === null) throw new SignInRefused('encrypted', 'the assertion is encrypted, and we have no key')
  const { root, isSigned } = openAssertion(encrypted, decryptionKey)
  requireStrongSignatures(root)
  return { ...signed, assertion: isSigned }
}
