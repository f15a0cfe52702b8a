import { SignInRefused } from '@/lib/sign-in/refusal'
import { ASSERTION, attributeOf, isElement, onlyChild, PROTOCOL, parseXml, SIGNATURE, textOf } from './xml'

/** What a provider's answer weighs at the most, decoded: a thousand groups fit many times. */
export const MAX_ANSWER_BYTES = 256 * 1024
const MAX_ENCODED_LETTERS = Math.ceil((MAX_ANSWER_BYTES * 4) / 3) + 8_192

/** The outside of an answer. None of it is signed unless the response itself is: it only ever refuses. */
export interface SamlResponse {
  /** As it was sent: signatures are over these bytes. */
  base64: string
  destination: string | null
  inResponseTo: string
  issuer: string
  /** Which of the two carries a signature of its own. Of an encrypted assertion nobody knows yet. */
  signed: { response: boolean; assertion: boolean }
  /** The EncryptedAssertion; null where the assertion is in the clear. */
  encrypted: Element | null
}

/** HTTP-POST binding (saml-bindings-2.0-os, 3.5). @throws SignInRefused */
export function readResponse(encoded: string): SamlResponse {
  const response = parseXml(decode(encoded))
  if (!isElement(response, PROTOCOL, 'Response')) return refuse('it is no SAML response')
  if (attributeOf(response, 'Version') !== '2.0') return refuse('it is not of SAML 2.0')
  if (!attributeOf(response, 'ID')) return refuse('it has no ID')
  requireSuccess(response)
  requireSignaturesInPlace(response)
  const encrypted = onlyChild(response, ASSERTION, 'EncryptedAssertion')
  const assertion = onlyChild(response, ASSERTION, 'Assertion')
  if ((assertion === null) === (encrypted === null)) return refuse('it has no assertion, or more than one')
  const inResponseTo = attributeOf(response, 'InResponseTo')
  if (!inResponseTo) throw new SignInRefused('unknown_request', 'it answers no request of ours')
  const issuer = onlyChild(response, ASSERTION, 'Issuer') ?? refuse('it does not say who made it')
  return {
    base64: encoded,
    destination: attributeOf(response, 'Destination'),
    inResponseTo,
    issuer: textOf(issuer),
    signed: { response: isSigned(response), assertion: assertion !== null && isSigned(assertion) },
    encrypted,
  }
}

const isSigned = (element: Element): boolean => onlyChild(element, SIGNATURE, 'Signature') !== null

/** A signature stands in what it signs. One that hides elsewhere was moved there. */
function requireSignaturesInPlace(response: Element): void {
  const signatures = response.getElementsByTagNameNS(SIGNATURE, 'Signature')
  for (let index = 0; index < signatures.length; index++) {
    const parent = signatures[index]!.parentNode!
    if (parent !== response && !isElement(parent, ASSERTION, 'Assertion')) refuse('a signature stands in another place')
  }
}

/** Strictly: what decodes in two ways, or only with replacements, is not what was signed. */
function decode(encoded: string): string {
  if (encoded.length > MAX_ENCODED_LETTERS) return refuse('it is too large')
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(encoded)) return refuse('it is not base64')
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length > MAX_ANSWER_BYTES) return refuse('it is too large')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('it is not UTF-8')
  }
}

function requireSuccess(response: Element): void {
  const status = onlyChild(response, PROTOCOL, 'Status')
  const code = status && onlyChild(status, PROTOCOL, 'StatusCode')
  if (code === null || attributeOf(code, 'Value') !== 'urn:oasis:names:tc:SAML:2.0:status:Success')
    throw new SignInRefused('not_successful', 'the provider did not sign the person in')
}

const refuse = (detail: string): never => {
  throw new SignInRefused('malformed', detail)
}
