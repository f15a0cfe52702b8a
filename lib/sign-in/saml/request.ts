import { randomBytes } from 'node:crypto'
import { generateServiceProviderMetadata, SAML } from '@node-saml/node-saml'
import type { SamlAddresses } from '@/lib/sign-in/addresses'

export const newRequestId = (): string => `_${randomBytes(20).toString('hex')}`

/** Where the browser takes the request (HTTP-Redirect binding). No RelayState: where to go on to is kept here. */
export async function authnRequestUrl(
  provider: { signInUrl: string; certificates: readonly string[] },
  { entityId, acsUrl }: SamlAddresses,
  requestId: string,
): Promise<string> {
  const saml = new SAML({
    entryPoint: provider.signInUrl,
    issuer: entityId,
    callbackUrl: acsUrl,
    idpCert: [...provider.certificates],
    generateUniqueId: () => requestId,
    // Format and strength of sign-in are the provider's to set for this application: asking would only break some.
    identifierFormat: null,
    disableRequestedAuthnContext: true,
  })
  return saml.getAuthorizeUrlAsync('', undefined, {})
}

/** What an administrator of the provider loads there. `encryptionKey` are PEM. */
export const serviceProviderMetadata = (
  { entityId, acsUrl }: SamlAddresses,
  encryptionKey: { certificate: string; privateKey: string },
): string =>
  withoutCbc(
    generateServiceProviderMetadata({
      issuer: entityId,
      callbackUrl: acsUrl,
      identifierFormat: null,
      wantAssertionsSigned: true,
      // It only asks whether there is one.
      decryptionPvk: encryptionKey.privateKey,
      decryptionCert: encryptionKey.certificate,
    }),
  )

/** The library tells what it can decrypt; here only what shows whether it was changed is decrypted. */
const withoutCbc = (xml: string): string =>
  xml.replace(/\s*<EncryptionMethod Algorithm="http:\/\/www\.w3\.org\/2001\/04\/xmlenc#aes\d+-cbc"\s*\/>/g, '')
