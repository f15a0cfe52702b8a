import { z } from 'zod'
import { guardedFetch } from '@/lib/guarded-fetch'
import { describeFetchProblem, guardedJson } from '@/lib/guarded-json'
import type { OauthCredential } from './credential-input'
import { basicValue } from './stored-credential'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_CHARS = 256 * 1024
/** Where the server does not say how long a token is good for. */
const ASSUMED_SECONDS = 300

export interface IssuedToken {
  value: string
  /** How long it is good for, from when it was asked for. */
  seconds: number
}

/** Why no token was to be had, in one sentence without anything secret. `kind` as a gateway tells its clients. */
export class NoToken extends Error {
  constructor(
    readonly kind: 'unreachable' | 'invalid',
    message: string,
  ) {
    super(message)
  }
}

/**
 * Asks for an access token with the client's own credentials (RFC 6749 section 4.4), at an address that may be asked, and
 * follows no redirect: the client's secret is in the request. @throws NoToken
 */
export async function requestToken(credential: OauthCredential): Promise<IssuedToken> {
  const url = credential.tokenUrl ?? (await discoverTokenUrl(credential.issuer!))
  const { body, headers } = tokenRequest(credential)
  let status: number
  let text: string
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await guardedFetch(url, { method: 'POST', headers, body, signal })
    status = answer.status
    text = await answer.text()
  } catch (error) {
    throw new NoToken('unreachable', `The token endpoint cannot be asked: ${describeFetchProblem(error)}`)
  }
  return readTokenAnswer(status, text.length > MAX_ANSWER_CHARS ? '' : text)
}

export function tokenRequest({ clientId, clientSecret, scope, resource, method }: OauthCredential): {
  body: string
  headers: Record<string, string>
} {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== null) form.set('scope', scope)
  if (resource !== null) form.set('resource', resource)
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'accept-encoding': 'identity',
  }
  if (method === 'basic') headers.authorization = basicValue(formEncoded(clientId), formEncoded(clientSecret))
  else {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  }
  const body = form.toString()
  return { body, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }
}

// RFC 6749 section 2.3.1: encoded as in a form before it is put into Basic.
const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2)

const TokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,16000}$/),
  token_type: z.string(),
  expires_in: z.union([z.number(), z.string().regex(/^\d{1,10}$/)]).optional(),
})

/** Errors that RFC 6749 section 5.2 names. Others are the server's own words. */
const ERRORS =
  /^(?:invalid_request|invalid_client|invalid_grant|unauthorized_client|unsupported_grant_type|invalid_scope|invalid_target)$/

/** @throws NoToken */
export function readTokenAnswer(status: number, text: string): IssuedToken {
  const json = parseJson(text)
  if (status !== 200) {
    const error = (json as { error?: unknown } | null)?.error
    const named = typeof error === 'string' && ERRORS.test(error) ? ` (${error})` : ''
    const what = status === 400 || status === 401 ? `refuses this client${named}` : `answered HTTP ${status}`
    throw new NoToken(status >= 500 ? 'unreachable' : 'invalid', `The token endpoint ${what}.`)
  }
  const answer = TokenAnswer.safeParse(json)
  if (!answer.success) throw new NoToken('invalid', 'The token endpoint gave no token.')
  const { access_token: value, token_type: type, expires_in: seconds } = answer.data
  if (type.toLowerCase() !== 'bearer') throw new NoToken('invalid', 'The token endpoint gave a token of another type.')
  const lifetime = seconds === undefined ? ASSUMED_SECONDS : Number(seconds)
  if (!(lifetime > 0)) throw new NoToken('invalid', 'The token endpoint gave a token that has expired.')
  return { value, seconds: lifetime }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** RFC 8414 section 3.1: the well-known part stands before the issuer's path; in OpenID Connect Discovery behind it. */
export function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

async function discoverTokenUrl(issuer: string): Promise<string> {
  let problem = new NoToken('invalid', 'The issuer has no metadata.')
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, json } = await guardedJson(url)
      if (status !== 200) continue
      const { issuer: named, token_endpoint: endpoint } = (json ?? {}) as Record<string, unknown>
      // RFC 8414 section 3.3: else one issuer could stand in for another.
      const isOwn = typeof named === 'string' && named.replace(/\/$/, '') === issuer.replace(/\/$/, '')
      if (!isOwn) throw new NoToken('invalid', 'The issuer’s metadata is of another issuer.')
      if (typeof endpoint !== 'string' || !isEndpoint(endpoint, issuer)) {
        throw new NoToken('invalid', 'The issuer’s metadata names no token endpoint that may be asked.')
      }
      return endpoint
    } catch (error) {
      if (error instanceof NoToken) throw error
      problem = new NoToken('unreachable', `The issuer cannot be asked: ${describeFetchProblem(error)}`)
    }
  }
  throw problem
}

/** Never less protected than the issuer itself. */
function isEndpoint(endpoint: string, issuer: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol } = new URL(endpoint)
  return protocol === 'https:' || (protocol === 'http:' && new URL(issuer).protocol === 'http:')
}
