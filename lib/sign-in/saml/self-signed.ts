import { type KeyObject, sign } from 'node:crypto'

/** A self-signed X.509 certificate, written in DER by hand: Node reads certificates and makes none. */

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length =
    body.length < 128
      ? Buffer.of(body.length)
      : body.length < 256
        ? Buffer.of(0x81, body.length)
        : Buffer.of(0x82, body.length >> 8, body.length & 255)
  return Buffer.concat([Buffer.of(tag), length, body])
}
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts)
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const utf8 = (text: string) => tlv(0x0c, Buffer.from(text))
const utcTime = (date: Date) =>
  tlv(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`, 'ascii'))

const RSA_SHA256 = sequence(oid('2a864886f70d01010b'), tlv(0x05))
const COMMON_NAME = oid('550403')

export interface CertificateFacts {
  commonName: string
  /** Positive: its first bit is not set. */
  serial: Buffer
  notBefore: Date
  /** Before 2050: later years are written in another way (RFC 5280, 4.1.2.5). */
  notAfter: Date
}

/** PEM, for an RSA key. */
export function selfSignedCertificate(
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  { commonName, serial, notBefore, notAfter }: CertificateFacts,
): string {
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, utf8(commonName))))
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, serial),
    RSA_SHA256,
    name,
    sequence(utcTime(notBefore), utcTime(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const der = sequence(body, RSA_SHA256, tlv(0x03, Buffer.of(0), sign('sha256', body, privateKey)))
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
