import { cookies } from 'next/headers'
import { goTo, orRefused } from '@/app/api/saml/[provider]/answers'
import { readBrowser } from '@/app/api/saml/[provider]/browser-cookie'
import { sessionCookie } from '@/lib/auth'
import { finishSamlSignIn } from '@/lib/sign-in/commands'

interface Context {
  params: Promise<{ provider: string }>
}

/** The browser again, now with its cookie: only the one that asked may take the answer. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { provider: slug } = await params
  return orRefused(slug, async () => {
    const code = new URL(request.url).searchParams.get('code') ?? ''
    const { identityId, providerId, returnTo } = await finishSamlSignIn({ slug, code, browser: await readBrowser() })
    const { name, value, options } = await sessionCookie({ identityId, signedInWith: providerId })
    ;(await cookies()).set(name, value, options)
    return goTo(returnTo)
  })
}
