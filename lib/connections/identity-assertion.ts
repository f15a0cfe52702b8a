import { createECDH, createHash, createPrivateKey, hkdfSync, type KeyObject, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { z } from 'zod'
import type { IdentityKind } from '@/lib/domain'
import { CredentialHeader } from './target'

/** How long an assertion is good for: one request, a slow queue, and clocks that differ a little. */
const SECONDS = 60
const DEFAULT_HEADER = 'X-Countersign-Identity'

/** Headers that mean something else to a server; a credential may not be there either. */
const TAKEN = /^(?:user-agent|accept-language|traceparent|tracestate|cookie|set-cookie)$/i

export const IdentityAssertion = z.object({
  header: CredentialHeader.refine((name) => !TAKEN.test(name), 'this header means something else').default(
    DEFAULT_HEADER,
  ),
  /** Whom it is for; the origin of the server unless told. */
  audience: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .nullish()
    .transform((text) => text || null),
})
export type IdentityAssertion = z.output<typeof IdentityAssertion>
export type IdentityAssertionInput = z.input<typeof IdentityAssertion>

/** The columns that hold it. */
export const assertionValues = (assertion: IdentityAssertion | null) => ({
  assertHeader: assertion?.header ?? null,
  assertAudience: assertion?.audience ?? null,
})

type AssertionValues = ReturnType<typeof assertionValues>

export const sameAssertion = (before: AssertionValues, wanted: IdentityAssertion | null): boolean =>
  assertionValues(wanted).assertHeader === before.assertHeader &&
  assertionValues(wanted).assertAudience === before.assertAudience

/** Only what is another one than before. */
export const changedAssertion = (
  before: AssertionValues,
  wanted: IdentityAssertion | null,
): Partial<AssertionValues> => (sameAssertion(before, wanted) ? {} : assertionValues(wanted))

export interface AssertedCaller {
  /** The identity's name. */
  subject: string
  kind: IdentityKind | 'gateway'
  groups: readonly string[]
  sessionId: string | null
}

/** A public key as RFC 7517 writes it. */
export interface PublicKey {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  kid: string
  alg: 'ES256'
  use: 'sig'
}

/**
 * Signs who calls, for servers that want to know it (ES256, RFC 7515). The key is derived from COUNTERSIGN_SECRET, so that
 * every replica signs with the same one and none has to keep it; during a change of secret the old one stays published.
 */
export class AssertionSigner {
  private readonly key: KeyObject
  private readonly current: PublicKey
  readonly publicKeys: readonly PublicKey[]
  /** What every assertion begins with, up to its first dot: by this it is known when a server repeats it. */
  readonly beginnings: readonly string[]

  constructor(
    secrets: { current: string; previous?: string },
    private readonly issuer: string,
  ) {
    const { key, publicKey } = keyFrom(secrets.current)
    this.key = key
    this.current = publicKey
    const previous = secrets.previous === undefined ? [] : [keyFrom(secrets.previous).publicKey]
    this.publicKeys = [publicKey, ...previous]
    this.beginnings = this.publicKeys.map((key) => Buffer.from(JSON.stringify(headerOf(key))).toString('base64url'))
  }

  sign({ subject, kind, groups, sessionId }: AssertedCaller, audience: string, now: Date): Promise<string> {
    const issuedAt = Math.floor(now.getTime() / 1_000)
    return new SignJWT({ kind, groups, ...(sessionId !== null && { sid: sessionId }) })
      .setProtectedHeader(headerOf(this.current))
      .setIssuer(this.issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + SECONDS)
      .setJti(randomUUID())
      .sign(this.key)
  }
}

const headerOf = ({ alg, kid }: PublicKey) => ({ alg, typ: 'JWT', kid })

/** A bearer token where it takes the place of one. */
export const assertionValue = (header: string, token: string): string =>
  header.toLowerCase() === 'authorization' ? `Bearer ${token}` : token

// The order of the curve's group (SEC 2, secp256r1): a private key is from 1 to one below it.
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function keyFrom(secret: string): { key: KeyObject; publicKey: PublicKey } {
  // 128 bits more than the order, so that the remainder is as good as even (FIPS 186-5, A.2.1).
  const wide = Buffer.from(hkdfSync('sha256', secret, 'countersign', 'assertions of identity', 48))
  const scalar = (BigInt(`0x${wide.toString('hex')}`) % (ORDER - 1n)) + 1n
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const
  // RFC 7638: the members in this order, and no others.
  const thumbprint = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x, y })
  const kid = createHash('sha256').update(thumbprint).digest('base64url')
  const key = createPrivateKey({ key: { ...jwk, d: d.toString('base64url') }, format: 'jwk' })
  return { key, publicKey: { ...jwk, kid, alg: 'ES256', use: 'sig' } }
}
