import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { sealingSecret, sealingSecrets } from '@/lib/connections/commands'
import { openCredential, sealCredential } from '@/lib/connections/seal'
import { db, inTransaction } from '@/lib/db'
import { Unavailable } from '@/lib/errors'
import { selfSignedCertificate } from './saml/self-signed'
import { findSamlKey, insertSamlKey } from './saml-store'

const ID = 'saml'
const BITS = 3072
/** Providers compare it with nothing but their own copy, and an end would only be an outage. */
const NOT_AFTER = new Date('2049-12-31T00:00:00Z')

export interface EncryptionKey {
  /** PEM. */
  certificate: string
  privateKey: string
}

/**
 * What providers encrypt assertions to. Made when somebody first asks for our metadata: of two who ask at once, both get the
 * one that was there first. @throws Unavailable when it does not open
 */
export async function samlEncryptionKey(): Promise<EncryptionKey> {
  const found = await findSamlKey(db(), ID)
  if (found !== null) return opened(found)
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: BITS })
  const certificate = selfSignedCertificate(pair, {
    commonName: 'Countersign SAML encryption',
    serial: Buffer.concat([Buffer.of(1), randomBytes(8)]),
    notBefore: new Date(),
    notAfter: NOT_AFTER,
  })
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const sealed = sealCredential(sealingSecret(), ID, privateKey)
  const kept = await inTransaction(async (tx) => {
    const isFirst = await insertSamlKey(tx, { id: ID, certificate, privateKeySealed: Uint8Array.from(sealed) })
    if (isFirst) recordAudit(tx, SYSTEM, { action: 'saml_key.made', targetType: 'saml_key', targetId: ID })
    return isFirst ? null : findSamlKey(tx, ID)
  })
  return kept === null ? { certificate, privateKey } : opened(kept)
}

/** Null when no provider can have it yet. @throws Unavailable when it does not open */
export async function samlDecryptionKey(): Promise<string | null> {
  const found = await findSamlKey(db(), ID)
  return found && opened(found).privateKey
}

function opened(key: { certificate: string; privateKeySealed: Uint8Array }): EncryptionKey {
  try {
    const privateKey = openCredential(sealingSecrets(), ID, key.privateKeySealed)
    return { certificate: key.certificate, privateKey }
  } catch {
    throw new Unavailable('The key for encrypted SAML answers does not open with this COUNTERSIGN_SECRET.')
  }
}
