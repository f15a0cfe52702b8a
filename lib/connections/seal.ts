import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * AES-256-GCM under a key derived from COUNTERSIGN_SECRET, which is never in the database. What it is sealed for is the
 * associated data, so a sealed value moved to another row, or another column, does not open.
 * Layout: version (1) ‖ key id (8) ‖ nonce (12) ‖ tag (16) ‖ ciphertext. Before there were key ids: 1 ‖ nonce ‖ tag ‖ ciphertext.
 */
const VERSION = 2
const WITHOUT_KEY_ID = 1
const KEY_ID_BYTES = 8
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The secret that seals, and during a change of secret the one before it. */
export interface SealingSecrets {
  current: string
  previous?: string
}

export function sealCredential(secret: string, boundTo: string, value: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret), nonce).setAAD(Buffer.from(boundTo))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), keyBytes(secret), nonce, cipher.getAuthTag(), sealed])
}

/** @throws when neither secret is the right one, or a byte was changed. */
export function openCredential(secrets: string | SealingSecrets, boundTo: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  const known = typeof secrets === 'string' ? [secrets] : [secrets.current, secrets.previous]
  const candidates = known.filter((secret): secret is string => secret !== undefined && mayOpen(secret, bytes))
  for (const [index, secret] of candidates.entries()) {
    try {
      return open(secret, boundTo, bytes)
    } catch (error) {
      if (index === candidates.length - 1) throw error
    }
  }
  throw new Error('It was sealed with another secret.')
}

/** Which secret a value was sealed with: no secret itself, and the same on every machine. */
export const keyIdOf = (secret: string): string => keyBytes(secret).toString('hex')

export const isSealedWith = (secret: string, sealed: Uint8Array): boolean =>
  sealed[0] === VERSION && mayOpen(secret, Buffer.from(sealed))

/** By the key id; where there is none, only trying tells. */
const mayOpen = (secret: string, bytes: Buffer): boolean =>
  bytes[0] === WITHOUT_KEY_ID || (bytes[0] === VERSION && bytes.subarray(1, 1 + KEY_ID_BYTES).equals(keyBytes(secret)))

function open(secret: string, boundTo: string, bytes: Buffer): string {
  const start = bytes[0] === VERSION ? 1 + KEY_ID_BYTES : 1
  const sealedAt = start + NONCE_BYTES + TAG_BYTES
  if (bytes.length < sealedAt) throw new Error('What is sealed is too short.')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret), bytes.subarray(start, start + NONCE_BYTES))
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(bytes.subarray(start + NONCE_BYTES, sealedAt))
  return Buffer.concat([decipher.update(bytes.subarray(sealedAt)), decipher.final()]).toString('utf8')
}

const sealingKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'countersign', 'seal upstream credentials', 32))

const keyBytes = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'countersign', 'id of the sealing key', KEY_ID_BYTES))
