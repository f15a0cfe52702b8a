import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * AES-256-GCM under a key derived from COUNTERSIGN_SECRET, which is never in the database. The connection id is the
 * associated data, so a sealed credential moved to another connection's row does not open.
 * Layout: version (1) ‖ nonce (12) ‖ tag (16) ‖ ciphertext.
 */
const VERSION = 1

export function sealCredential(secret: string, connectionId: string, value: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret), nonce).setAAD(Buffer.from(connectionId))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed])
}

/** @throws when the key is another one, or a byte was changed. */
export function openCredential(secret: string, connectionId: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  if (bytes.length < 29 || bytes[0] !== VERSION) throw new Error('The sealed credential has an unknown layout.')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret), bytes.subarray(1, 13))
    .setAAD(Buffer.from(connectionId))
    .setAuthTag(bytes.subarray(13, 29))
  return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8')
}

const sealingKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'countersign', 'seal upstream credentials', 32))
