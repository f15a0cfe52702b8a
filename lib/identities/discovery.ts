import { type Issuer, keySourceProblem } from './issuer'
import { type IssuerKey, readKeySet } from './key-set'

/** One JSON document from the network. Rejects when there is none; the status tells a missing one from a broken server. */
export type GetJson = (url: string) => Promise<{ status: number; json: unknown }>

export interface FoundKeys {
  keys: IssuerKey[]
  jwksUri: string
}

/** In one sentence of ours, since a server's own words may echo anything. */
export class KeysNotFound extends Error {}

/**
 * Fetches an issuer's keys: from where an administrator said, else from where its own metadata says (OpenID Connect
 * Discovery 1.0 section 4, RFC 8414 section 3). @throws KeysNotFound, or what `get` throws
 */
export async function findKeys(issuer: Pick<Issuer, 'issuer' | 'jwksUri'>, get: GetJson): Promise<FoundKeys> {
  const jwksUri = issuer.jwksUri ?? (await discover(issuer.issuer, get))
  const { status, json } = await get(jwksUri)
  if (status !== 200) throw new KeysNotFound(`Its key set answers HTTP ${status}.`)
  const keys = readKeySet(json)
  if (keys === null) throw new KeysNotFound('What it publishes is no key set.')
  // An empty set would refuse every token as forged; more likely the issuer is being set up.
  if (keys.length === 0) throw new KeysNotFound('Its key set has no key that can verify signatures.')
  return { keys, jwksUri }
}

async function discover(issuer: string, get: GetJson): Promise<string> {
  let status = 0
  for (const url of metadataUrls(issuer)) {
    const answer = await get(url)
    status = answer.status
    if (status !== 200) continue
    const { issuer: named, jwks_uri: jwksUri } = (answer.json ?? {}) as { issuer?: unknown; jwks_uri?: unknown }
    // Otherwise whoever can publish metadata anywhere could speak for this issuer.
    if (named !== issuer) throw new KeysNotFound('Its metadata names another issuer: write it exactly as it does.')
    if (typeof jwksUri !== 'string') throw new KeysNotFound('Its metadata names no key set.')
    const problem = keySourceProblem(jwksUri)
    if (problem !== null) throw new KeysNotFound(`Its key set ${problem}.`)
    return jwksUri
  }
  throw new KeysNotFound(`It has no metadata (HTTP ${status}). Name the address of its key set.`)
}

export function metadataUrls(issuer: string): string[] {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  const base = `${url.origin}${path}`
  return [
    `${base}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    // Some issuers with a path publish their OpenID metadata in the place that RFC 8414 prescribes for it.
    ...(path === '' ? [] : [`${url.origin}/.well-known/openid-configuration${path}`]),
  ]
}
