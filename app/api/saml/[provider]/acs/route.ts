import { goTo, orRefused } from '@/app/api/saml/[provider]/answers'
import { GatheredBytes } from '@/lib/gathered-bytes'
import { acceptSamlAnswer } from '@/lib/sign-in/commands'
import { SignInRefused } from '@/lib/sign-in/refusal'

interface Context {
  params: Promise<{ provider: string }>
}

/** An answer of the largest size, encoded and encoded again. RelayState beside it is never read. */
const MAX_BODY_BYTES = 1024 * 1024
const MAX_DROPPED_BYTES = 16 * MAX_BODY_BYTES

/** The provider's own POST, through the browser: cross-site, so without any cookie of ours. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { provider: slug } = await params
  return orRefused(slug, async () => {
    const samlResponse = new URLSearchParams(await readBody(request)).get('SAMLResponse') ?? ''
    const { code } = await acceptSamlAnswer({ slug, samlResponse })
    return goTo(`/api/saml/${slug}/finish?code=${code}`)
  })
}

/** What is too large is read to its end all the same, and dropped: a browser in the middle of sending reads no answer. */
async function readBody(request: Request): Promise<string> {
  const gathered = new GatheredBytes()
  let length = 0
  for await (const piece of request.body ?? []) {
    length += piece.length
    if (length > MAX_DROPPED_BYTES) break
    if (length <= MAX_BODY_BYTES) gathered.add(Buffer.from(piece))
  }
  if (length > MAX_BODY_BYTES) throw new SignInRefused('malformed', 'it is too large')
  return gathered.take().toString('utf8')
}
