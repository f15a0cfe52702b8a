import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { GatheredBytes } from '@/lib/gathered-bytes'
import { readClientBody } from '@/lib/mcp/message'
import { checkAgreement, eraOfBody } from './agreement'
import { type Posted, Refusal, type Seat } from './call'

const MAX_BODY_BYTES = 10 * 1024 * 1024
/** Ten megabytes in single bytes are ten million events, and keep everyone else waiting. Network packets are larger. */
const MAX_SMALL_PIECES = 10_000
const SMALL_PIECE_BYTES = 512

/** Reads a body up to the limit, and stops reading at it. */
export function readBody(request: IncomingMessage, seat: Pick<Seat, 'carry'>): Promise<Buffer> {
  const { headers } = request
  const type = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
  if (!type.test(headers['content-type'] ?? '')) throw new Refusal('unsupported_media_type')
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Refusal('unsupported_media_type', { detail: 'Send it without compression.' })
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new Refusal('request_too_large')
  return new Promise((resolve, reject) => {
    const body = new GatheredBytes()
    let pieces = 0
    let isRefused = false
    request.on('data', (chunk: Buffer) => {
      if (isRefused) return
      try {
        if (body.length + chunk.length > MAX_BODY_BYTES) throw new Refusal('request_too_large')
        if (++pieces > MAX_SMALL_PIECES && body.length < pieces * SMALL_PIECE_BYTES) {
          // At once: what has arrived already would be some hundred thousand more of them before anything else runs.
          request.socket.pause()
          throw new Refusal('request_too_large', { detail: 'It comes in too many small pieces.' })
        }
        seat.carry(chunk.length)
        body.add(chunk)
      } catch (refusal) {
        isRefused = true
        body.take()
        reject(refusal)
      }
    })
    request.on('end', () => resolve(body.take()))
    request.on('error', reject)
    request.on('close', () => request.complete || reject(new Refusal('malformed_request')))
  })
}

/** Bytes → messages, or a refusal where two readers could disagree about them. */
export function parse(headers: IncomingHttpHeaders, bytes: Buffer): Posted {
  const accept = headers.accept ?? '*/*'
  if (!/application\/(json|\*)|text\/event-stream|\*\/\*/i.test(accept)) throw new Refusal('not_acceptable')
  if (!isUtf8(bytes)) throw new Refusal('malformed_request', { detail: 'The body is not UTF-8.' })
  const text = bytes.toString('utf8')
  const read = readClientBody(text)
  if (!read.ok) throw new Refusal(read.reason, { detail: read.detail, id: read.id })
  const { messages, batch } = read
  const era = eraOfBody(headers, messages, batch)
  if (batch && headers['mcp-method'] !== undefined) {
    throw new Refusal('malformed_request', { detail: 'A header cannot name the method of a batch.' })
  }
  checkAgreement(headers, messages, era)
  return { text, bytes, messages, batch, era }
}
