import { endpointOf } from '@/lib/domain'
import { hashServiceKey, looksLikeKey } from '@/lib/identities/service-key'
import { keyStanding } from '@/lib/identities/standing'
import { type Arrival, type Caller, type Gateway, Refusal } from './call'

/** Whether the request can be meant for this server. Its headers and Host were looked at when it came. */
export function admit(gateway: Gateway, { request }: Arrival): void {
  if (gateway.isDraining()) throw new Refusal('shutting_down', { headers: { connection: 'close' } })
  const { origin } = request.headers
  if (origin !== undefined && !isOwnOrigin(gateway, origin)) throw new Refusal('invalid_origin')
  // A token in a URL ends in logs and histories; and no part of the protocol is in the query.
  if (request.url?.includes('?')) {
    throw new Refusal('malformed_request', { detail: 'Send nothing in the query, and the key as a bearer token.' })
  }
}

/** Bearer token → identity. The connection is looked up last, so that strangers cannot find out which ones exist. */
export async function identify(gateway: Gateway, { request, slug, endpoint }: Arrival): Promise<Caller> {
  const { authorization } = request.headers
  if (!authorization) throw new Refusal('missing_credential')
  const text = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
  if (text === undefined) throw new Refusal('unknown_credential')
  const known = looksLikeKey(text) ? identifyKey(gateway, text) : await gateway.tokens.identify(text, slug)
  gateway.credentialUsed(known.credential)
  const connection = gateway.policy.current().connectionsBySlug.get(slug)
  if (connection === undefined || endpointOf(connection.transport) !== endpoint) throw new Refusal('unknown_connection')
  return { ...known, connection }
}

/** A service key, or a person's own access token: both are found by their hash. */
function identifyKey(gateway: Gateway, text: string): Pick<Caller, 'identityId' | 'credential'> {
  const hash = hashServiceKey(text)
  const key = gateway.policy.current().keysByHash.get(hash)
  if (key === undefined) throw new Refusal('unknown_credential')
  const standing = keyStanding(key, new Date())
  if (standing !== null) throw new Refusal(standing)
  return { identityId: key.identityId, credential: { kind: 'key', id: key.id, hash } }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1'])

function isOwnOrigin(gateway: Gateway, origin: string): boolean {
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    return false
  }
  const name = url.hostname.replace(/^\[|\]$/g, '')
  return /^https?:$/.test(url.protocol) && (LOOPBACK.has(name) || gateway.origins.has(url.origin))
}
