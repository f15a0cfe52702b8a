import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { openRecording } from '@/lib/sessions/commands'
import { getSession, type SessionView } from '@/lib/sessions/store'

type Person = Actor & { id: string }

const AGAIN_MS = 15_000
const VISIT_MS = 8 * 60 * 60_000
const REMEMBERED = 5_000

// On globalThis: pages and route handlers are bundled apart and must know of each other's openings.
const holder = globalThis as typeof globalThis & { countersignOpenings?: Map<string, number> }

async function openUnlessWithin(withinMs: number, actor: Person, sessionId: string): Promise<SessionView> {
  holder.countersignOpenings ??= new Map()
  const openings = holder.countersignOpenings
  const key = `${actor.id} ${sessionId}`
  const before = openings.get(key)
  if (before !== undefined && Date.now() - before < withinMs) return getSession(db(), actor, sessionId)
  const session = await openRecording(actor, sessionId)
  openings.delete(key)
  openings.set(key, Date.now())
  if (openings.size > REMEMBERED) openings.delete(openings.keys().next().value!)
  return session
}

/** The page was opened: recorded each time, but not again when an action only refreshes it. */
export const openPage = (actor: Person, sessionId: string): Promise<SessionView> =>
  openUnlessWithin(AGAIN_MS, actor, sessionId)

/**
 * The page asks for more of what it shows. Whoever asks without having opened the page opens the recording by that.
 * A web process that has forgotten records one opening more, never one fewer.
 */
export const openForReading = (actor: Person, sessionId: string): Promise<SessionView> =>
  openUnlessWithin(VISIT_MS, actor, sessionId)
