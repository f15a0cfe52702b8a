import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SseEvent } from '@/lib/mcp/sse'
import { Refusal, type SessionRef } from './call'

const SEAL_LETTERS = 16

/**
 * A server that keeps events for resuming finds them by id alone (the SDK's own store does), so an id is a key to what was
 * said to somebody else. Each goes down with a seal of its session, and comes up again only under that session.
 */
export function withSealedId(event: SseEvent, session: SessionRef): SseEvent {
  if (event.id === null || event.id === '') return event
  const sealed = `${event.id}~${sealOf(event.id, session)}`
  const raw = event.raw.toString('utf8').replace(/^(\ufeff?id: ?)[^\r\n]*/gm, (_line, field) => field + sealed)
  return { ...event, id: sealed, raw: Buffer.from(raw) }
}

/** The id as the server gave it. @throws Refusal `unknown_session` when it was given in another conversation. */
export function openSealedId(sealed: string, session: SessionRef): string {
  const at = sealed.length - SEAL_LETTERS - 1
  const [id, seal] = [sealed.slice(0, Math.max(at, 0)), Buffer.from(sealed.slice(at + 1))]
  const wanted = Buffer.from(sealOf(id, session))
  if (at < 1 || sealed[at] !== '~' || seal.length !== wanted.length || !timingSafeEqual(seal, wanted)) {
    throw new Refusal('unknown_session')
  }
  return id
}

const sealOf = (id: string, { placeholderKey }: SessionRef): string =>
  createHmac('sha256', placeholderKey).update(`event id|${id}`).digest('base64url').slice(0, SEAL_LETTERS)
