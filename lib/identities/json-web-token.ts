import { isUtf8 } from 'node:buffer'
import { findStructureProblem } from '@/lib/mcp/structure'
import { SignatureAlgorithm } from './issuer'
import type { TokenClaims } from './token-claims'

/** Below what HTTP takes in a header, and above the largest token of any issuer we know of: some 200 groups. */
export const MAX_TOKEN_CHARACTERS = 12 * 1024

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** RFC 9068 and everybody's plain JWT. Tokens of other kinds are signed with the same keys, and mean something else. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'])

export interface TokenHeader {
  alg: SignatureAlgorithm
  /** A name to find a key by, and nothing else: no path, no query, no address. */
  kid: string | null
}

/** What a token says, before anybody knows whether it is true. */
export interface UnverifiedToken {
  header: TokenHeader
  issuer: string
  claims: TokenClaims
}

export type ReadToken = { ok: true; token: UnverifiedToken } | { ok: false; why: string }

/**
 * Reads a compact JWS without believing it. `jku`, `x5u`, `jwk` and `x5c` are not even looked at: keys come from where an
 * administrator said, and from nowhere a token says.
 */
export function readToken(text: string): ReadToken {
  if (text.length > MAX_TOKEN_CHARACTERS) return no('The token is too large.')
  const parts = COMPACT.exec(text)
  if (parts === null) return no('This is no signed token.')
  const header = readObject(parts[1]!, { maxDepth: 8, maxKeys: 64 })
  const claims = readObject(parts[2]!, { maxDepth: 16, maxKeys: 2_000 })
  if (header === null || claims === null) return no('The token cannot be read, or can be read in more than one way.')
  const alg = SignatureAlgorithm.safeParse(header.alg)
  if (!alg.success) return no('Tokens with this signature algorithm are not accepted.')
  if (header.crit !== undefined) return no('The token asks for an extension that is not known here.')
  const { typ, kid } = header
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) {
    return no('This type of token is not accepted.')
  }
  if (kid !== undefined && typeof kid !== 'string') return no('The token does not say which key signed it.')
  if (typeof claims.iss !== 'string') return no('The token does not say who issued it.')
  return { ok: true, token: { header: { alg: alg.data, kid: kid ?? null }, issuer: claims.iss, claims } }
}

/** A JSON object in base64url whose keys occur once each. Of two `sub`, one parser takes the first and one the last. */
function readObject(encoded: string, limits: { maxDepth: number; maxKeys: number }): Record<string, unknown> | null {
  const bytes = Buffer.from(encoded, 'base64url')
  if (!isUtf8(bytes)) return null
  const text = bytes.toString('utf8')
  if (findStructureProblem(text, limits) !== null) return null
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const no = (why: string): ReadToken => ({ ok: false, why })
