import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { selfSignedCertificate } from '@/lib/sign-in/saml/self-signed'

export interface SigningKey {
  privateKey: KeyObject
  /** PEM. */
  certificate: string
}

export function makeSigningKey(
  commonName: string,
  { bits = 2048, notAfter = new Date('2049-01-01T00:00:00Z') }: { bits?: number; notAfter?: Date } = {},
): SigningKey {
  const pair = generateKeyPairSync('rsa', { modulusLength: bits })
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)])
  const notBefore = new Date('2020-01-01T00:00:00Z')
  return {
    privateKey: pair.privateKey,
    certificate: selfSignedCertificate(pair, { commonName, serial, notBefore, notAfter }),
  }
}
