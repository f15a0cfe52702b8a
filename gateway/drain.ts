import type { Server } from 'node:http'
import type { Connections } from './connections'
import type { OpenExchanges } from './open-exchanges'

export interface Draining {
  server: Server
  connections: Connections
  exchanges: OpenExchanges
  /** From here on requests are refused, each with an answer. */
  refuseNew(): void
  /** Calls that wait for people are told to come again. */
  dismissHeld(): void
}

export interface DrainTimes {
  /** Not ready, but still serving: until whoever balances the load has seen it. */
  noticeMs: number
  /** How long calls that are running may take to end. */
  limitMs: number
}

const PAUSE_MS = 25
/** For requests that are on their way as we stop: they hear a refusal, and not a reset. */
const LAST_ARRIVALS_MS = 250
const CUT_MS = 500

/**
 * Comes to an end without losing a call: first it only says so, then it refuses what is new while what runs may finish, and
 * at last it interrupts what still runs. The port stays open until then, since a refusal can be tried elsewhere and a
 * reset leaves everybody guessing.
 */
export async function drain(
  { server, connections, exchanges, refuseNew, dismissHeld }: Draining,
  times: DrainTimes,
): Promise<void> {
  connections.retire()
  if (times.noticeMs > 0) await pause(times.noticeMs)
  refuseNew()
  dismissHeld()
  connections.retire()
  exchanges.cutStreams('shutting_down')
  const isBusy = () => exchanges.size > 0 || connections.busy > 0
  await until(() => !isBusy(), times.limitMs)
  if (connections.size > 0) await pause(Math.min(LAST_ARRIVALS_MS, times.limitMs))
  exchanges.cutAll('shutting_down')
  await until(() => !isBusy(), CUT_MS)
  server.close()
  server.closeIdleConnections()
}

async function until(isSo: () => boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!isSo() && performance.now() < deadline) await pause(PAUSE_MS)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
