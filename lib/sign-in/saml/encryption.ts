import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { SignInRefused } from '@/lib/sign-in/refusal'
import { ASSERTION, attributeOf, childrenOf, isElement, onlyChild, parseXml, SIGNATURE, textOf } from './xml'

export const ENCRYPTION = 'http://www.w3.org/2001/04/xmlenc#'

/** Key length in bytes. Those of the ciphers that show whether a byte was changed: AES-CBC would be decrypted for anybody. */
const CONTENT_CIPHERS = new Map([
  ['http://www.w3.org/2009/xmlenc11#aes128-gcm', { name: 'aes-128-gcm', keyBytes: 16 }],
  ['http://www.w3.org/2009/xmlenc11#aes256-gcm', { name: 'aes-256-gcm', keyBytes: 32 }],
] as const)
const KEY_TRANSPORT = `${ENCRYPTION}rsa-oaep-mgf1p`
const OAEP_DIGEST = `${SIGNATURE}sha1`
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** What an EncryptedAssertion holds: not believed yet, only legible. */
export interface OpenedAssertion {
  root: Element
  /** Whether it carries a signature of its own. */
  isSigned: boolean
}

/**
 * Anybody can encrypt to us, so this proves nothing; the signature is looked at next, over the very bytes that come out
 * here. Every part stands exactly once, where the schema has it, so that the library that verifies finds the same ones.
 * @throws SignInRefused
 */
export function openAssertion(encrypted: Element, privateKey: string): OpenedAssertion {
  const root = parseXml(decrypt(encrypted, privateKey))
  if (!isElement(root, ASSERTION, 'Assertion')) return refuse('malformed', 'what was encrypted is no assertion')
  for (const name of ['Assertion', 'EncryptedAssertion', 'EncryptedID', 'EncryptedAttribute']) {
    if (root.getElementsByTagNameNS(ASSERTION, name).length > 0)
      return refuse('malformed', `the encrypted assertion has another ${name} in it`)
  }
  const signatures = root.getElementsByTagNameNS(SIGNATURE, 'Signature')
  for (let index = 0; index < signatures.length; index++) {
    if (signatures[index]!.parentNode !== root) refuse('malformed', 'a signature stands in another place')
  }
  return { root, isSigned: onlyChild(root, SIGNATURE, 'Signature') !== null }
}

function decrypt(encrypted: Element, privateKey: string): string {
  for (const [name, most] of [
    ['EncryptedData', 1],
    ['EncryptedKey', 1],
    ['CipherValue', 2],
    ['CipherReference', 0],
  ] as const) {
    if (encrypted.getElementsByTagNameNS('*', name).length !== most)
      return refuse('malformed', `${name} is not there once`)
  }
  const data = required(onlyChild(encrypted, ENCRYPTION, 'EncryptedData'))
  const info = required(onlyChild(data, SIGNATURE, 'KeyInfo'))
  const inside = onlyChild(info, ENCRYPTION, 'EncryptedKey')
  const beside = onlyChild(encrypted, ENCRYPTION, 'EncryptedKey')
  if (inside === null) requireReference(info, required(beside))
  const cipher = CONTENT_CIPHERS.get(algorithmOf(data) as never)
  const key = required(inside ?? beside)
  if (cipher === undefined || algorithmOf(key) !== KEY_TRANSPORT || !hasUsualDigest(key)) {
    return refuse(
      'encrypted',
      'it is encrypted in another way than AES-GCM with RSA-OAEP; choose these at the provider',
    )
  }
  const wrapped = cipherValueOf(key)
  const sealed = cipherValueOf(data)
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const contentKey = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, wrapped)
    if (contentKey.length !== cipher.keyBytes) throw new Error('another length')
    const decipher = createDecipheriv(cipher.name, contentKey, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    }).setAuthTag(sealed.subarray(-TAG_BYTES))
    const clear = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(clear)
  } catch {
    // One answer for all that can go wrong: which of it did is nobody's business.
    return refuse('encrypted', 'it does not decrypt with the key in our metadata; load that at the provider again')
  }
}

/** Only to the key beside it: a reference is looked up by its text in the library behind. */
function requireReference(info: Element, key: Element): void {
  const reference = required(onlyChild(info, SIGNATURE, 'RetrievalMethod'))
  const id = attributeOf(key, 'Id')
  if (id === null || !/^[A-Za-z_][\w.-]*$/.test(id) || attributeOf(reference, 'URI') !== `#${id}`) {
    refuse('malformed', 'the encrypted assertion names another key than its own')
  }
}

const algorithmOf = (element: Element): string | null => {
  const method = onlyChild(element, ENCRYPTION, 'EncryptionMethod')
  return method && attributeOf(method, 'Algorithm')
}

/** SHA-1 is what the name of the algorithm means where nothing is said; nobody can make it collide to any end in here. */
function hasUsualDigest(key: Element): boolean {
  const digests = childrenOf(required(onlyChild(key, ENCRYPTION, 'EncryptionMethod')), SIGNATURE, 'DigestMethod')
  return digests.every((digest) => attributeOf(digest, 'Algorithm') === OAEP_DIGEST)
}

function cipherValueOf(element: Element): Buffer {
  const data = required(onlyChild(element, ENCRYPTION, 'CipherData'))
  return Buffer.from(textOf(required(onlyChild(data, ENCRYPTION, 'CipherValue'))), 'base64')
}

const required = (element: Element | null): Element =>
  element ?? refuse('malformed', 'the encrypted assertion lacks a part')

function refuse(reason: 'malformed' | 'encrypted', detail: string): never {
  throw new SignInRefused(reason, detail)
}
