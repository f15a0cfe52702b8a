import { X509Certificate } from 'node:crypto'

const MIN_RSA_BITS = 2048

/** What people and metadata give: PEM, or the bare base64 of the DER. Null when it is neither. */
function readCertificate(text: string): X509Certificate | null {
  const base64 = text.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return null
  }
}

/** Several may stand in one text. */
export const splitCertificates = (text: string): string[] =>
  text
    .split(/(?<=-----END CERTIFICATE-----)/)
    .map((part) => part.trim())
    .filter(Boolean)

/** One spelling of each, so that the same certificate is the same text. @returns the PEM, or what is wrong with it */
export function normalCertificate(text: string): { pem: string } | { problem: string } {
  const certificate = readCertificate(text)
  if (certificate === null) return { problem: 'no X.509 certificate in PEM' }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey
  if (asymmetricKeyType !== 'rsa') return { problem: 'the certificate must carry an RSA key' }
  if ((asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    return { problem: `the RSA key must have ${MIN_RSA_BITS} bits or more` }
  return { pem: certificate.toString() }
}

export interface CertificateFacts {
  /** SHA-256, as browsers and openssl print it. */
  fingerprint: string
  subject: string
  /** Shown, not enforced: the certificate is trusted because an administrator entered it, as SAML metadata has it. */
  notAfter: Date
}

export function describeCertificate(pem: string): CertificateFacts {
  const { fingerprint256, subject, validTo } = new X509Certificate(pem)
  return { fingerprint: fingerprint256, subject: subject.replaceAll('\n', ', '), notAfter: new Date(validTo) }
}
