import type { Readable } from 'node:stream'
import { GatheredBytes } from '@/lib/gathered-bytes'
import { Refusal, type UpstreamAnswer } from './call'

export const MAX_FAILURE_BYTES = 1024 * 1024

export const mediaType = ({ headers }: UpstreamAnswer): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

/** What nobody reads, so that the connection can serve the next request; unless it has no end. */
export function discard(body: Readable): void {
  let bytes = 0
  body.on('error', () => {})
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_FAILURE_BYTES) body.destroy()
  })
}

export async function readAll(body: Readable, limitBytes: number): Promise<Buffer> {
  const gathered = new GatheredBytes()
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (gathered.length + chunk.length > limitBytes) {
        throw new Refusal('upstream_invalid', { detail: 'Its answer is too large.' })
      }
      gathered.add(chunk)
    }
  } catch (error) {
    throw asUpstreamFault(error)
  }
  return gathered.take()
}

/** A body that breaks off, or an event that never ends. Whatever is ours keeps its own reason. */
export function asUpstreamFault(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const { code } = error as { code?: string }
  const isTheirs = code === 'ECONNRESET' || code === 'upstream_invalid' || /^(HPE_|ERR_STREAM|EPIPE)/.test(code ?? '')
  return isTheirs ? new Refusal('upstream_invalid') : error
}
