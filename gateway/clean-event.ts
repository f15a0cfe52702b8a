import { EVERY_TYPE, findSensitive } from '@/lib/masking/mask'
import { type SseEvent, withData } from '@/lib/mcp/sse'
import type { Echo } from './call'

/** Servers quote their callers. An event that quotes what we sent is written anew without it, whatever part of it that is in. */
export function withoutEcho(event: SseEvent, echo: Echo): SseEvent {
  if (!echo.mayBeIn(event.raw)) return event
  const data = event.data && echo.clean(event.data)
  const clean = { ...event, raw: Buffer.from(echo.clean(event.raw.toString('utf8'))) }
  return {
    event: event.event && echo.clean(event.event),
    id: event.id && echo.clean(event.id),
    retry: event.retry,
    data,
    raw: data === null || data === event.data ? clean.raw : withData(clean, data),
  }
}

/**
 * What an event says beside its data is in no record: comments, fields of other standards. Where any of it is sensitive, the
 * event is written anew without them. An id is a handle, by which the client finds its place again.
 */
export function withoutAsides(event: SseEvent): SseEvent {
  const asides = event.raw
    .toString('utf8')
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '' && !/^(?:\ufeff?data|id|retry)(?::|$)/.test(line))
    .join('\n')
  if (asides === '' || asides === 'event: message' || findSensitive(asides, EVERY_TYPE).length === 0) return event
  const kind = event.event !== null && findSensitive(event.event, EVERY_TYPE).length === 0 ? event.event : null
  const fields = [
    kind === null ? null : `event: ${kind}`,
    event.id === null ? null : `id: ${event.id}`,
    event.retry === null ? null : `retry: ${event.retry}`,
    event.data === null ? ':' : `data: ${event.data.replaceAll('\n', '\ndata: ')}`,
  ]
  return { ...event, raw: Buffer.from(`${fields.filter((field) => field !== null).join('\n')}\n\n`) }
}
