import NextAuth from 'next-auth'
import { authOptions } from '@/lib/auth'
import { env } from '@/lib/env'
import { Unavailable } from '@/lib/errors'

async function handler(request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  const { nextauth } = await context.params
  // `signin/SLUG` and `callback/SLUG`: the one provider that this is about.
  const asked = nextauth[1]
  try {
    return (await NextAuth(await authOptions(asked))(request, context)) as Response
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    const url = `${env().webUrl}/sign-in?error=Configuration`
    // The sign-in button asks for JSON and follows the address in it.
    return request.method === 'POST' ? Response.json({ url }) : Response.redirect(url, 303)
  }
}

export { handler as GET, handler as POST }
