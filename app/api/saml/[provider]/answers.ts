import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { DomainError, NotFound } from '@/lib/errors'
import { recordRefusedSignIn } from '@/lib/sign-in/commands'
import { findEnabledProvider } from '@/lib/sign-in/provider-store'
import { SignInRefused } from '@/lib/sign-in/refusal'

/** To a page of ours, whatever the method was; codes and references in the address go to no other site. */
export const goTo = (path: string): Response =>
  new Response(null, {
    status: 303,
    headers: { location: env().webUrl + path, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })

/** A refusal is counted for the administrator, and the person gets a reference to name it by. */
export async function orRefused(slug: string, attempt: () => Promise<Response>): Promise<Response> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof NotFound) return new Response('Not found', { status: 404 })
    if (!(error instanceof DomainError)) throw error
    const provider = await findEnabledProvider(db(), slug)
    const [reason, detail] =
      error instanceof SignInRefused
        ? ([error.reason, error.detail] as const)
        : (['not_allowed', error.message] as const)
    const reference = await recordRefusedSignIn({ provider, reason, detail })
    const page = reason === 'not_allowed' ? 'NotAllowed' : reason === 'other_browser' ? 'OtherBrowser' : 'SamlRefused'
    return goTo(`/sign-in?error=${page}&reference=${reference}`)
  }
}
