import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { SignInRefused } from '@/lib/sign-in/refusal'
import { ENCRYPTION } from './encryption'
import type { SamlResponse } from './response'
import { attributeOf, isElement } from './xml'

/** How far the provider's clock and ours may be apart. */
export const CLOCK_SKEW_MS = 60_000

export interface SamlTrust {
  /** PEM; any of them may have signed. */
  certificates: readonly string[]
  /** Our entity id; null leaves the audience to whoever reads the assertion. */
  audience: string | null
  /** PEM: ours, for an encrypted assertion. */
  decryptionKey?: string | null
}

/** A request of ours that is still waiting, as the answer's InResponseTo names it. */
export interface PendingRequest {
  id: string
  createdAt: Date
}

/**
 * The assertion as XML, made of nothing but the bytes that a signature covers. The assertion's own signature covers it, or
 * the response's around it; every signature that is there must be good, so that a bad one is never passed over for the
 * other. @throws SignInRefused
 */
export async function signedAssertion(
  { base64, signed }: Pick<SamlResponse, 'base64' | 'signed'>,
  { certificates, audience, decryptionKey }: SamlTrust,
  pending: PendingRequest,
): Promise<string> {
  const saml = new SAML({
    // Not ours to send anything with: this only reads.
    callbackUrl: 'urn:countersign:unused',
    issuer: audience ?? 'urn:countersign:unused',
    idpCert: [...certificates],
    audience: audience ?? false,
    decryptionPvk: decryptionKey ?? undefined,
    wantAuthnResponseSigned: signed.response,
    wantAssertionsSigned: signed.assertion || !signed.response,
    validateInResponseTo: ValidateInResponseTo.always,
    // It would forget the request of a response it rejects: then anybody could end somebody's sign-in with rubbish.
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (id) => (id === pending.id ? pending.createdAt.toISOString() : null),
      removeAsync: async () => null,
    },
    // How long a request waits is ours to say, from the database.
    requestIdExpirationPeriodMs: Number.MAX_SAFE_INTEGER,
    acceptedClockSkewMs: CLOCK_SKEW_MS,
  })
  let xml: string | undefined
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: base64 })
    xml = profile?.getAssertionXml?.()
  } catch (error) {
    throw new SignInRefused(...verdictOf(error))
  }
  if (!xml) throw new SignInRefused('bad_signature', 'nothing in it is signed')
  return xml
}

/** The library tells by its messages alone; whatever is not one of these counts as the signature. */
function verdictOf(error: unknown): ConstructorParameters<typeof SignInRefused> {
  const message = error instanceof Error ? error.message : ''
  // It trips over what is not there only after the signature was good.
  if (error instanceof TypeError || /^Error parsing/.test(message))
    return ['malformed', 'the assertion lacks conditions or times, or its signature a reference']
  if (/^SAML assertion not yet valid/.test(message)) return ['not_yet_valid', 'it is not valid yet; compare the clocks']
  if (/^SAML assertion expired/.test(message)) return ['expired', 'it has expired; compare the clocks']
  if (/AudienceRestriction|audience mismatch/i.test(message)) return ['wrong_audience', 'it is for another application']
  if (/decryption key/i.test(message)) return ['encrypted', 'the assertion is encrypted, and we have no key']
  if (/InResponseTo/i.test(message)) return ['unknown_request', 'it answers another request']
  if (/subject confirmation/i.test(message)) return ['expired', 'no subject confirmation is valid now']
  return ['bad_signature', 'no certificate of this provider signed it']
}

const STRONG = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])

/** SHA-1 can be made to collide: what it signs may be another assertion. @throws SignInRefused */
export function requireStrongSignatures(root: Element): void {
  for (const name of ['SignatureMethod', 'DigestMethod']) {
    const methods = root.getElementsByTagNameNS('*', name)
    for (let index = 0; index < methods.length; index++) {
      // One of these is of an encryption, where it signs nothing.
      if (isElement(methods[index]!.parentNode!, ENCRYPTION, 'EncryptionMethod')) continue
      const algorithm = attributeOf(methods[index]!, 'Algorithm') ?? ''
      if (!STRONG.has(algorithm))
        throw new SignInRefused('weak_signature', 'it is signed with SHA-1 or worse; choose SHA-256 at the provider')
    }
  }
}
