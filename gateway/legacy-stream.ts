import type { Readable } from 'node:stream'
import { namesForbiddenAddress } from '@/lib/egress'
import { type SseEvent, SseSplitter } from '@/lib/mcp/sse'
import { type Arrival, Refusal, type UpstreamAnswer } from './call'

const ENDPOINT_MS = 15_000
const MAX_OPENING_BYTES = 64 * 1024

/**
 * Reads a legacy stream (HTTP+SSE, 2024-11-05) up to its first event, `endpoint`, and leaves the rest of it to be read.
 * @returns the whole address that messages are to be sent to. @throws Refusal `upstream_invalid` when it is elsewhere: the
 * credential would go there with every message.
 */
export async function takeEndpoint(answer: UpstreamAnswer, stream: URL, abort: () => void): Promise<URL> {
  const timer = setTimeout(abort, ENDPOINT_MS)
  try {
    return endpointIn(await firstEvent(answer.body), stream)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('upstream_invalid', { detail: 'Its stream does not begin with an endpoint.' })
  } finally {
    clearTimeout(timer)
  }
}

async function firstEvent(body: Readable): Promise<SseEvent> {
  const splitter = new SseSplitter({ maxEventBytes: MAX_OPENING_BYTES })
  let bytes = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const events = splitter.push(chunk)
    const first = events.findIndex(({ data }) => data !== null)
    if (first < 0) {
      bytes += chunk.length
      if (bytes > MAX_OPENING_BYTES) break
      continue
    }
    const rest = Buffer.concat([...events.slice(first + 1).map(({ raw }) => raw), splitter.end()])
    if (rest.length > 0) body.unshift(rest)
    return events[first]!
  }
  throw new Error('no event')
}

function endpointIn({ event, data }: SseEvent, stream: URL): URL {
  if (event !== 'endpoint' || data === null || !URL.canParse(data, stream)) throw new Error('no endpoint')
  const endpoint = new URL(data, stream)
  const isOwn = endpoint.origin === stream.origin && endpoint.username === '' && endpoint.password === ''
  if (!isOwn || namesForbiddenAddress(endpoint)) {
    throw new Refusal('upstream_invalid', { detail: 'It names an endpoint on another server.' })
  }
  endpoint.hash = ''
  return endpoint
}

/** What such a stream is known by: its endpoint without the origin, which is the connection's. */
export const pathOf = ({ pathname, search }: URL): string => pathname + search

/** The first event as the client gets it: an address under the one it asked, with nothing in the query. */
export const endpointEvent = ({ resource }: Arrival, mailbox: string): string =>
  `event: endpoint\ndata: ${new URL(resource).pathname}/${mailbox}\n\n`
