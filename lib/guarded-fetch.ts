import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { ForbiddenAddress, guardedLookup, namesForbiddenAddress } from './egress'

const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/**
 * A fetch that checks the address it connects to, follows no redirect and reads at most 8 MB: the server at the other
 * end is one that nobody has vouched for yet. The built-in fetch cannot be told which address to use.
 */
export async function guardedFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input)
  // A literal address is never looked up.
  if (namesForbiddenAddress(url)) throw new ForbiddenAddress()
  const answer = await send(url, init)
  const headers = new Headers()
  for (let i = 0; i < answer.rawHeaders.length; i += 2) headers.append(answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!)
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 599) {
    answer.destroy()
    throw new Error('The status is not one of HTTP.')
  }
  const empty = status === 204 || status === 205 || status === 304
  if (empty) answer.resume()
  return new Response(empty ? null : limited(answer), { status, headers })
}

function send(url: URL, init: RequestInit): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        lookup: guardedLookup(dns.lookup as Parameters<typeof guardedLookup>[0]),
        agent: false,
        signal: init.signal ?? undefined,
      },
      resolve,
    )
    sent.on('error', reject)
    sent.end(typeof init.body === 'string' ? init.body : undefined)
  })
}

function limited(answer: http.IncomingMessage): ReadableStream<Uint8Array> {
  let seen = 0
  answer.on('data', (chunk: Buffer) => {
    seen += chunk.length
    if (seen > MAX_ANSWER_BYTES) answer.destroy(new Error('The answer is too large.'))
  })
  answer.pause()
  return Readable.toWeb(answer) as ReadableStream<Uint8Array>
}
