import { keepBrowser, readBrowser } from '@/app/api/saml/[provider]/browser-cookie'
import { NotFound } from '@/lib/errors'
import { beginSamlSignIn } from '@/lib/sign-in/commands'

interface Context {
  params: Promise<{ provider: string }>
}

/** Sends the browser to the provider, bound to this browser. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { provider: slug } = await params
  try {
    const returnTo = new URL(request.url).searchParams.get('callbackUrl')
    const { url, browser } = await beginSamlSignIn({ slug, returnTo, browser: await readBrowser() })
    await keepBrowser(browser)
    return new Response(null, { status: 303, headers: { location: url, 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof NotFound) return new Response('Not found', { status: 404 })
    throw error
  }
}
