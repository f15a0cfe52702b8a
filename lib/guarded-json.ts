import { ForbiddenAddress } from './egress'
import { guardedFetch } from './guarded-fetch'

const TIMEOUT_MS = 5_000
const MAX_BYTES = 1024 * 1024

/** A JSON document of a server that nobody has vouched for yet. `json` is undefined where the body is not JSON. */
export async function guardedJson(url: string, timeoutMs = TIMEOUT_MS): Promise<{ status: number; json: unknown }> {
  const answer = await guardedFetch(url, {
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    return { status: answer.status, json: undefined }
  }
  const text = await answer.text()
  if (text.length > MAX_BYTES) throw new Error('The answer is too large.')
  try {
    return { status: 200, json: JSON.parse(text) as unknown }
  } catch {
    return { status: 200, json: undefined }
  }
}

/** Why it could not be had, in one sentence without anything that the server said. */
export function describeFetchProblem(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddress) return 'It leads to a link-local or metadata address, which is refused.'
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'It did not answer in time.'
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED') return 'Nothing listens there.'
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Its name has no address.'
    if (typeof code === 'string' && /CERT|TLS|SSL/.test(code)) return `Its certificate is not accepted (${code}).`
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `The connection failed (${code}).`
  }
  return 'It gave no usable answer.'
}
