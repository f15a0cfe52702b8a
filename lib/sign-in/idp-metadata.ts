import { InvalidInput } from '@/lib/errors'
import { SignInRefused } from './refusal'
import { attributeOf, childrenOf, isElement, METADATA, onlyChild, parseXml, SIGNATURE, textOf } from './saml/xml'

export interface IdpMetadata {
  entityId: string
  signInUrl: string
  /** Base64 of each signing certificate. */
  certificates: string[]
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const MAX_LETTERS = 512 * 1024

/**
 * What a provider's metadata document says of itself (saml-metadata-2.0-os). Its own signature is not looked at: whoever
 * enters it here vouches for it. @throws InvalidInput
 */
export function readIdpMetadata(xml: string): IdpMetadata {
  if (xml.length > MAX_LETTERS) throw new InvalidInput('The metadata is too large.')
  try {
    return read(xml)
  } catch (error) {
    throw error instanceof SignInRefused ? new InvalidInput(`The metadata cannot be read: ${error.detail}.`) : error
  }
}

function read(xml: string): IdpMetadata {
  const entity = parseXml(xml.replace(/^\uFEFF/, '').trim())
  if (isElement(entity, METADATA, 'EntitiesDescriptor'))
    throw new InvalidInput('This is the metadata of several providers. Take the one of a single one.')
  if (!isElement(entity, METADATA, 'EntityDescriptor'))
    throw new InvalidInput('This is no SAML metadata: it should start with an EntityDescriptor.')
  const entityId = attributeOf(entity, 'entityID')
  const provider = onlyChild(entity, METADATA, 'IDPSSODescriptor')
  if (!entityId || provider === null)
    throw new InvalidInput('This is the metadata of no identity provider: it has no IDPSSODescriptor.')
  const signInUrl = childrenOf(provider, METADATA, 'SingleSignOnService')
    .filter((service) => attributeOf(service, 'Binding') === REDIRECT)
    .map((service) => attributeOf(service, 'Location'))
    .find(Boolean)
  if (!signInUrl) throw new InvalidInput('The provider offers no sign-in by HTTP-Redirect.')
  const certificates = childrenOf(provider, METADATA, 'KeyDescriptor')
    .filter((descriptor) => (attributeOf(descriptor, 'use') ?? 'signing') === 'signing')
    .flatMap(certificatesIn)
  if (certificates.length === 0) throw new InvalidInput('The metadata names no signing certificate.')
  return { entityId, signInUrl, certificates: [...new Set(certificates)] }
}

const certificatesIn = (descriptor: Element): string[] =>
  childrenOf(descriptor, SIGNATURE, 'KeyInfo')
    .flatMap((info) => childrenOf(info, SIGNATURE, 'X509Data'))
    .flatMap((data) => childrenOf(data, SIGNATURE, 'X509Certificate'))
    .map((certificate) => textOf(certificate).replace(/\s+/g, ''))
