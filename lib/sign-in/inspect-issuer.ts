import { z } from 'zod'
import { ForbiddenAddress } from '@/lib/egress'
import { guardedFetch } from '@/lib/guarded-fetch'
import { sameIssuer } from '@/lib/identities/claims'

const TIMEOUT_MS = 8_000

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.string().array().optional(),
  code_challenge_methods_supported: z.string().array().optional(),
})

export type IssuerReport = { ok: true; notes: string[] } | { ok: false; problem: string }

/** Whether this can be signed in through, by its discovery document alone. Nobody is signed in, and nothing is kept. */
export async function inspectIssuer(issuer: string): Promise<IssuerReport> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  let text: unknown
  try {
    const answer = await guardedFetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (answer.status !== 200)
      return { ok: false, problem: `${new URL(issuer).host} answered ${answer.status} for its discovery document.` }
    text = await answer.json()
  } catch (error) {
    return { ok: false, problem: problemOf(error, new URL(issuer).host) }
  }
  const read = Discovery.safeParse(text)
  if (!read.success) return { ok: false, problem: 'This is no discovery document of OpenID Connect.' }
  if (!sameIssuer(read.data.issuer, issuer))
    return { ok: false, problem: 'The discovery document names another issuer. Enter exactly the one it names.' }
  const { id_token_signing_alg_values_supported: algorithms, code_challenge_methods_supported: challenges } = read.data
  if (algorithms && !algorithms.includes('RS256'))
    return { ok: false, problem: 'It does not sign with RS256, which is what is accepted here.' }
  return { ok: true, notes: challenges?.includes('S256') ? [] : ['It does not say that it supports PKCE.'] }
}

function problemOf(error: unknown, host: string): string {
  if (error instanceof ForbiddenAddress) return 'The name leads to an address that connections may not have.'
  if (error instanceof SyntaxError) return 'This is no discovery document of OpenID Connect.'
  if (error instanceof Error && error.name === 'TimeoutError') return `${host} did not answer in time.`
  return `${host} cannot be reached.`
}
