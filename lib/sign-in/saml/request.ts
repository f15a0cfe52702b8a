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

/** What an administrator of the provider loads there. */
export const serviceProviderMetadata = ({ entityId, acsUrl }: SamlAddresses): string =>
  generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acsUrl,
    identifierFormat: null,
    wantAssertionsSigned: true,
  })
