import { NotFound } from '@/lib/errors'
import { samlMetadata } from '@/lib/sign-in/commands'

interface Context {
  params: Promise<{ provider: string }>
}

/** What an administrator of the provider loads there; its address is our entity id. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  try {
    const xml = await samlMetadata((await params).provider)
    return new Response(xml, { headers: { 'content-type': 'application/samlmetadata+xml; charset=utf-8' } })
  } catch (error) {
    if (error instanceof NotFound) return new Response('Not found', { status: 404 })
    throw error
  }
}
