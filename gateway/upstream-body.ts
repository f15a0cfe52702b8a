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

export function readAll(body: Readable, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gathered = new GatheredBytes()
    body.on('data', (chunk: Buffer) => {
      if (gathered.length + chunk.length > limitBytes) {
        body.destroy(new Refusal('upstream_invalid', { detail: 'Its answer is too large.' }))
      } else gathered.add(chunk)
    })
    body.on('end', () => resolve(gathered.take()))
    body.on('error', (error) => reject(asUpstreamFault(error)))
    body.on('close', () => body.readableEnded || reject(new Refusal('upstream_invalid')))
  })
}

/** A body that breaks off, or an event that never ends. Whatever is ours keeps its own reason. */
export function asUpstreamFault(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const { code } = error as { code?: string }
  const isTheirs =
    code === 'ECONNRESET' || code === 'upstream_invalid' || /^(HPE_|UND_ERR_|ERR_STREAM|EPIPE)/.test(code ?? '')
  return isTheirs ? new Refusal('upstream_invalid') : error
}
