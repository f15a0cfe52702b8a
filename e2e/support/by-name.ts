import { type IncomingHttpHeaders, request } from 'node:http'
import { Readable } from 'node:stream'

/** `fetch` for a host name that leads to this machine without any DNS: the address is dialled, the name is sent. */
export const fetchByName: typeof fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input)
  const headers = Object.fromEntries(new Headers(init.headers))
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search }
    const sent = request({ ...target, method: init.method, headers: { ...headers, host: url.host } }, (answer) => {
      const status = answer.statusCode!
      const body = status === 204 || status === 202 ? null : (Readable.toWeb(answer) as ReadableStream)
      if (body === null) answer.resume()
      resolve(new Response(body, { status, headers: plain(answer.headers) }))
    })
    sent.on('error', reject)
    init.signal?.addEventListener('abort', () => sent.destroy(new DOMException('aborted', 'AbortError')))
    sent.end(init.body)
  })
}

const plain = (headers: IncomingHttpHeaders): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
