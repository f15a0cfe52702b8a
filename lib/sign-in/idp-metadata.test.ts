import { describe, expect, it } from 'vitest'
import { makeSigningKey } from '@/e2e/support/saml/certificate'
import { InvalidInput } from '@/lib/errors'
import { describeCertificate, normalCertificate, splitCertificates } from './certificate'
import { readIdpMetadata } from './idp-metadata'

const { certificate } = makeSigningKey('idp.acme.test')
const base64 = certificate.replace(/-----.*?-----|\s/g, '')
const keyDescriptor = (use: string, text = base64) =>
  `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\n ${text} \n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
const service = (binding: string, location: string) =>
  `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`
const metadata = (inside: string, role = 'IDPSSODescriptor') =>
  `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.acme.test"><md:${role}>${inside}</md:${role}></md:EntityDescriptor>`
const whole = metadata(
  keyDescriptor(' use="signing"') +
    service('HTTP-POST', 'https://idp.acme.test/post') +
    service('HTTP-Redirect', 'https://idp.acme.test/sso?a=1&amp;b=2'),
)

describe('the metadata of a provider', () => {
  it('says who it is, where it is asked, and whose signature counts', () => {
    expect(readIdpMetadata(whole)).toEqual({
      entityId: 'https://idp.acme.test',
      signInUrl: 'https://idp.acme.test/sso?a=1&b=2',
      certificates: [base64],
    })
    expect(readIdpMetadata(`\uFEFF${whole}\n`).entityId).toBe('https://idp.acme.test')
  })

  it('counts a key without a use, and none for encryption', () => {
    const inside =
      keyDescriptor('') + keyDescriptor(' use="encryption"', 'AAAA') + service('HTTP-Redirect', 'https://a.test')
    expect(readIdpMetadata(metadata(inside)).certificates).toEqual([base64])
  })

  it.each([
    ['is no XML', 'hello'],
    ['is HTML', '<!DOCTYPE html><html></html>'],
    ['brings entities along', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${whole}`],
    [
      'is of several providers',
      `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${whole.slice(38)}</md:EntitiesDescriptor>`,
    ],
    ['is of a service provider', metadata('', 'SPSSODescriptor')],
    ['names no certificate', metadata(service('HTTP-Redirect', 'https://a.test'))],
    ['offers only HTTP-POST', metadata(keyDescriptor('') + service('HTTP-POST', 'https://a.test'))],
    ['is endless', ' '.repeat(600_000)],
  ])('that %s is refused', (_case, xml) => expect(() => readIdpMetadata(xml)).toThrow(InvalidInput))
})

describe('a certificate', () => {
  it('is one text, however it was written', () => {
    const written = [
      certificate,
      base64,
      certificate.replaceAll('\n', '\r\n'),
      `  ${base64.replace(/.{76}/g, '$&\n')} `,
    ]
    for (const text of written) expect(normalCertificate(text)).toEqual({ pem: certificate })
    expect(splitCertificates(`${certificate}\n${certificate}`)).toHaveLength(2)
    expect(describeCertificate(certificate)).toMatchObject({ subject: 'CN=idp.acme.test' })
  })

  it.each([
    ['that is none', 'AAAA', 'no X.509'],
    ['that is a private key', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', 'no X.509'],
    ['of a weak key', makeSigningKey('weak', { bits: 1024 }).certificate, '2048'],
  ])('%s is refused', (_case, text, problem) => {
    expect(normalCertificate(text)).toEqual({ problem: expect.stringContaining(problem) })
  })
})
