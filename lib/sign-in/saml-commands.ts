import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { db, inTransaction } from '@/lib/db'
import { env } from '@/lib/env'
import { NotFound } from '@/lib/errors'
import { signIn } from '@/lib/identities/commands'
import { samlAddresses } from './addresses'
import { requireClaims, type SamlProvider, trustOf } from './provider'
import { findEnabledProvider } from './provider-store'
import { SignInRefused } from './refusal'
import { sameSitePath } from './return-path'
import { samlClaims } from './saml/claims'
import { authnRequestUrl, newRequestId, serviceProviderMetadata } from './saml/request'
import { readResponse } from './saml/response'
import { verifyAnswer } from './saml/verify-answer'
import { samlDecryptionKey, samlEncryptionKey } from './saml-key-commands'
import {
  deleteExpired,
  dropOldestRequests,
  findAnswer,
  findRequest,
  insertAnswer,
  insertRequest,
  spendAssertion,
  spendRequest,
  wasAssertionSpent,
} from './saml-store'

/** A person at the provider looks for their phone in this time. */
const REQUEST_MINUTES = 15
/** From the provider's POST to the redirect that follows it at once. */
const ANSWER_MINUTES = 2
const MOST_REQUESTS = 50_000

const minutesFrom = (now: Date, minutes: number): Date => new Date(now.getTime() + minutes * 60_000)
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
const newSecret = (): string => randomBytes(32).toString('base64url')

/**
 * Sends a browser to the provider. `browser` is what this browser was given at an earlier try, if it was: two tabs may be
 * signing in at once. @throws NotFound
 */
export async function beginSamlSignIn(input: {
  slug: string
  returnTo: string | null
  browser: string | null
}): Promise<{ url: string; browser: string }> {
  const provider = await samlProvider(input.slug)
  const now = new Date()
  const { webUrl } = env()
  const browser = input.browser !== null && /^[\w-]{43}$/.test(input.browser) ? input.browser : newSecret()
  const id = newRequestId()
  await insertRequest(db(), {
    id,
    providerId: provider.id,
    browserHash: sha256(browser),
    // Kept here and not in RelayState, which comes back from whoever posts.
    returnTo: sameSitePath(input.returnTo, webUrl),
    expiresAt: minutesFrom(now, REQUEST_MINUTES),
  })
  return { url: await authnRequestUrl(provider, samlAddresses(webUrl, provider.slug), id), browser }
}

/**
 * The provider's POST. It carries no cookie of ours, so this verifies what can be verified and keeps it under a code, for
 * the browser that asked. A rejected answer leaves the request as it was: it is spent only where somebody signs in.
 * @throws NotFound, SignInRefused
 */
export async function acceptSamlAnswer(input: { slug: string; samlResponse: string }): Promise<{ code: string }> {
  const provider = await samlProvider(input.slug)
  const now = new Date()
  const { entityId, acsUrl } = samlAddresses(env().webUrl, provider.slug)
  const response = readResponse(input.samlResponse)
  const pending = await findRequest(db(), response.inResponseTo, provider.id, now)
  if (pending === null) throw new SignInRefused('unknown_request', 'it answers no request that is waiting')
  const { certificates, issuer } = provider
  const decryptionKey = response.encrypted === null ? null : await samlDecryptionKey()
  const partner = { certificates, issuer, audience: entityId, recipient: acsUrl, decryptionKey }
  const assertion = await verifyAnswer(response, partner, pending, now)
  requireClaims(provider, (name) => assertion.attributes.get(name) ?? [])
  if (await wasAssertionSpent(db(), provider.id, assertion.id))
    throw new SignInRefused('replayed', 'this assertion was used before')
  const code = newSecret()
  const answer = {
    requestId: pending.id,
    assertionId: assertion.id,
    assertionExpiresAt: assertion.notOnOrAfter,
    claims: samlClaims(assertion, provider),
  }
  await insertAnswer(db(), sha256(code), answer, minutesFrom(now, ANSWER_MINUTES))
  return { code }
}

/**
 * The browser's own next request: only the one that asked may take the answer, or an attacker's account could be slipped
 * to somebody else. Request and assertion are spent in the transaction that signs in.
 * @throws NotFound, SignInRefused, Forbidden
 */
export async function finishSamlSignIn(input: {
  slug: string
  code: string
  browser: string | null
}): Promise<{ identityId: string; providerId: string; returnTo: string }> {
  const provider = await samlProvider(input.slug)
  const now = new Date()
  return inTransaction(async (tx) => {
    const found = await findAnswer(tx, sha256(input.code), provider.id, now)
    if (found === null) throw new SignInRefused('unknown_request', 'this answer was used, or is over')
    const { answer, request } = found
    if (input.browser === null || !timingSafeEqual(sha256(input.browser), request.browserHash))
      throw new SignInRefused('other_browser', 'another browser asked for this answer')
    const first = await spendRequest(tx, request.id)
    const { assertionId, assertionExpiresAt: expiresAt } = answer
    if (!first || !(await spendAssertion(tx, { providerId: provider.id, assertionId, expiresAt })))
      throw new SignInRefused('replayed', 'this assertion was used before')
    const { identityId } = await signIn(tx, answer.claims, trustOf(provider))
    return { identityId, providerId: provider.id, returnTo: request.returnTo }
  })
}

/** @throws NotFound */
export async function samlMetadata(slug: string): Promise<string> {
  const provider = await samlProvider(slug)
  return serviceProviderMetadata(samlAddresses(env().webUrl, provider.slug), await samlEncryptionKey())
}

export async function sweepSignIns(now = new Date()): Promise<void> {
  await deleteExpired(db(), now)
  await dropOldestRequests(db(), MOST_REQUESTS)
}

async function samlProvider(slug: string): Promise<SamlProvider> {
  const provider = await findEnabledProvider(db(), slug)
  if (provider?.protocol !== 'saml') throw new NotFound('sign-in provider')
  return provider
}
