import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { openRecording } from '@/lib/sessions/commands'
import { getSession, type SessionView } from '@/lib/sessions/store'

type Person = Actor & { id: string }

const VISIT_MS = 8 * 60 * 60_000
const REMEMBERED = 5_000

// On globalThis: pages and route handlers are bundled apart and must know of each other's openings.
const holder = globalThis as typeof globalThis & { countersignOpenings?: Map<string, number> }

/** The page was opened: on record each time. */
export async function openPage(actor: Person, sessionId: string): Promise<SessionView> {
  const session = await openRecording(actor, sessionId)
  holder.countersignOpenings ??= new Map()
  const openings = holder.countersignOpenings
  const key = keyOf(actor, sessionId)
  openings.delete(key)
  openings.set(key, Date.now())
  if (openings.size > REMEMBERED) openings.delete(openings.keys().next().value!)
  return session
}

/**
 * The page asks for more of what it shows. Whoever asks without having opened the page opens the recording by that.
 * A web process that has forgotten records one opening more, never one fewer.
 */
export async function openForReading(actor: Person, sessionId: string): Promise<SessionView> {
  const openedAt = holder.countersignOpenings?.get(keyOf(actor, sessionId))
  const isOpen = openedAt !== undefined && Date.now() - openedAt < VISIT_MS
  return isOpen ? getSession(db(), actor, sessionId) : openPage(actor, sessionId)
}

const keyOf = (actor: Person, sessionId: string): string => `${actor.id} ${sessionId}`
