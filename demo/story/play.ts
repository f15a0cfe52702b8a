import { setTimeout as sleep } from 'node:timers/promises'
import { type Connected, callTool, connectThrough, outcomeOfError } from '@/demo/client'
import { type SeededRandom, seededRandom } from '@/demo/random'
import type { KeyRing } from './key-ring'
import type { PlannedSession } from './plan'

export interface Tally {
  answered: number
  refused: number
  failed: number
}

export interface Played extends Tally {
  problems: string[]
  /** Still connected: the caller closes it. */
  open?: Connected
}

const PAUSE_MS: [number, number] = [40, 160]
const AT_ONCE = 3

/** One session through the gateway, as its client would hold it: connect, list, call, end. */
export async function playSession(keys: KeyRing, session: PlannedSession, random: SeededRandom): Promise<Played> {
  const played: Played = { answered: 0, refused: 0, failed: 0, problems: [] }
  const count = (outcome: Awaited<ReturnType<typeof callTool>>, what: string) => {
    played[outcome.kind] += 1
    if (outcome.kind === 'failed') played.problems.push(`${session.who}: ${what}: ${outcome.message}`)
  }
  let connected: Connected
  try {
    connected = await connectThrough(keys.gateway, session.connection, keys.of(session.who), session.client)
  } catch (error) {
    count(outcomeOfError(error), 'initialize')
    return played
  }
  const { client, transport } = connected
  await client.listTools().catch((error) => count(outcomeOfError(error), 'tools/list'))
  for (const { tool, args } of session.calls) {
    await sleep(random.integer(...PAUSE_MS))
    count(await callTool(client, tool, args), tool)
  }
  if (session.staysOpen) return { ...played, open: connected }
  // A caller without any access may not end what it never had.
  await transport.terminateSession().catch(() => {})
  await client.close()
  return played
}

/** All sessions, a few at once, in their order; a session that stays open is left for the end and played alone. */
export async function playAll(keys: KeyRing, sessions: readonly PlannedSession[], seed: number): Promise<Played> {
  const total: Played = { answered: 0, refused: 0, failed: 0, problems: [] }
  const add = (played: Played) => {
    total.answered += played.answered
    total.refused += played.refused
    total.failed += played.failed
    total.problems.push(...played.problems)
    total.open = played.open ?? total.open
  }
  const random = seededRandom(seed)
  const waiting = sessions.filter(({ staysOpen }) => !staysOpen)
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) add(await playSession(keys, next, random))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  for (const session of sessions.filter(({ staysOpen }) => staysOpen)) add(await playSession(keys, session, random))
  return total
}
