import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'

export interface EncryptAs {
  cipher?: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-256-cbc'
  transport?: 'oaep' | 'pkcs1'
  /** Beside the data, and named by it, as some providers do. */
  keyBeside?: boolean
}

const XENC = 'http://www.w3.org/2001/04/xmlenc#'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const ALGORITHM = {
  'aes-128-gcm': 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'aes-256-gcm': 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'aes-256-cbc': `${XENC}aes256-cbc`,
}

/** What a provider sends in place of an assertion, in canonical form, so that a response around it can be signed. */
export function encryptedAssertion(
  xml: string,
  certificate: string,
  { cipher = 'aes-256-gcm', transport = 'oaep', keyBeside = false }: EncryptAs = {},
): string {
  const isGcm = cipher.endsWith('gcm')
  const key = randomBytes(cipher === 'aes-128-gcm' ? 16 : 32)
  const nonce = randomBytes(isGcm ? 12 : 16)
  const encrypting = createCipheriv(cipher as 'aes-256-gcm', key, nonce)
  const body = Buffer.concat([nonce, encrypting.update(xml, 'utf8'), encrypting.final()])
  const sealed = isGcm ? Buffer.concat([body, encrypting.getAuthTag()]) : body
  const padding = transport === 'oaep' ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING
  const wrapped = publicEncrypt({ key: createPublicKey(certificate), padding, oaepHash: 'sha1' }, key)
  const method = transport === 'oaep' ? `${XENC}rsa-oaep-mgf1p` : `${XENC}rsa-1_5`
  // Canonical: a namespace is named where it is first used.
  const scope = keyBeside ? ` xmlns:ds="${DSIG}"` : ''
  const digest = transport === 'oaep' ? `<ds:DigestMethod${scope} Algorithm="${DSIG}sha1"></ds:DigestMethod>` : ''
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  const encryptedKey = (namespace: string) =>
    `<xenc:EncryptedKey${namespace} Id="_key"><xenc:EncryptionMethod Algorithm="${method}">${digest}</xenc:EncryptionMethod>${value(wrapped)}</xenc:EncryptedKey>`
  const info = keyBeside
    ? `<ds:RetrievalMethod Type="${XENC}EncryptedKey" URI="#_key"></ds:RetrievalMethod>`
    : encryptedKey('')
  const beside = keyBeside ? encryptedKey(` xmlns:xenc="${XENC}"`) : ''
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${ALGORITHM[cipher]}"></xenc:EncryptionMethod><ds:KeyInfo xmlns:ds="${DSIG}">${info}</ds:KeyInfo>${value(sealed)}</xenc:EncryptedData>${beside}</saml:EncryptedAssertion>`
}
