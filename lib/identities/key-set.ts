import { createHash } from 'node:crypto'
import type { SignatureAlgorithm } from './issuer'
import type { TokenHeader } from './json-web-token'

/** A public key that may have signed a token. */
export interface IssuerKey {
  kid: string | null
  /** The only algorithm it is for, if it says so. */
  alg: string | null
  /** Only the members that make the key: nothing else of what the issuer sent is used. */
  jwk: KeyMembers
  /** RFC 7638: the same key has the same one, whatever it is called. */
  thumbprint: string
}

export type KeyMembers =
  | { kty: 'RSA'; n: string; e: string }
  | { kty: 'EC'; crv: string; x: string; y: string }
  | { kty: 'OKP'; crv: string; x: string }

const MAX_KEYS = 200
const MIN_RSA_BYTES = 256

const CURVES: Partial<Record<SignatureAlgorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** The keys of a JSON Web Key Set (RFC 7517) that can verify signatures. Null when it is no key set. */
export function readKeySet(value: unknown): IssuerKey[] | null {
  const keys = (value as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) return null
  return keys.flatMap((key: unknown) => readKey(key) ?? [])
}

function readKey(value: unknown): IssuerKey | null {
  if (typeof value !== 'object' || value === null) return null
  const { kid, alg, use, key_ops: operations } = value as Record<string, unknown>
  if (use !== undefined && use !== 'sig') return null
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return null
  const jwk = membersOf(value as Record<string, unknown>)
  if (jwk === null) return null
  return {
    kid: typeof kid === 'string' ? kid : null,
    alg: typeof alg === 'string' ? alg : null,
    jwk,
    thumbprint: thumbprint(jwk),
  }
}

/** A private or symmetric key in a public place is one that anybody may sign with. */
function membersOf(key: Record<string, unknown>): KeyMembers | null {
  if (key.d !== undefined || key.k !== undefined) return null
  const { kty, n, e, crv, x, y } = key
  if (kty === 'RSA' && isText(n) && isText(e) && Buffer.from(n, 'base64url').length >= MIN_RSA_BYTES)
    return { kty, n, e }
  if (kty === 'EC' && isText(crv) && isText(x) && isText(y)) return { kty, crv, x, y }
  if (kty === 'OKP' && crv === 'Ed25519' && isText(x)) return { kty, crv, x }
  return null
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const thumbprint = (jwk: KeyMembers): string =>
  createHash('sha256')
    .update(JSON.stringify(jwk, [...Object.keys(jwk)].sort()))
    .digest('base64url')

/**
 * The one key that a token names, or, without a name, the only one that could have made such a signature. Null when there
 * is none, or more than one: trying keys until one fits would make the name meaningless.
 */
export function pickKey(keys: readonly IssuerKey[], { alg, kid }: TokenHeader): IssuerKey | null {
  const fitting = keys.filter((key) => (kid === null || key.kid === kid) && fits(key, alg))
  return fitting.length === 1 ? fitting[0]! : null
}

function fits({ alg: only, jwk }: IssuerKey, alg: SignatureAlgorithm): boolean {
  // `Ed25519` is what RFC 9864 calls EdDSA with this curve.
  if (only !== null && only !== alg && !(alg === 'EdDSA' && only === 'Ed25519')) return false
  if (alg.startsWith('ES')) return jwk.kty === 'EC' && jwk.crv === CURVES[alg]
  return jwk.kty === (alg === 'EdDSA' ? 'OKP' : 'RSA')
}
