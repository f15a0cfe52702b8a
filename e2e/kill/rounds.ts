import { closeInterruptedCalls } from '@/lib/sessions/sweep-commands'
import { tablesContaining } from '../support/control-world'
import type { TestDatabase } from '../support/database'
import { startGateway, type TestGateway } from '../support/gateway'
import type { PolicyWriter } from '../support/policy'
import { eventually } from '../support/settle'
import { CANARY } from '../support/upstreams'
import { faultsOfCalls, faultsOfRecord } from './checks'
import type { Load } from './load'
import type { TalkativeUpstream } from './upstream'

export interface KillWorld {
  database: TestDatabase
  policy: PolicyWriter
  upstreams: readonly TalkativeUpstream[]
  load: Load
  random: () => number
}

export interface Toll {
  faults: string[]
  received: number
  heard: number
  interrupted: number
}

const SHOWN = 20
const SWEEP_MS = 5_000
const LONGEST_MS = 300
const WARM_SHARE = 0.7

/** Kills one gateway after the other at random moments under load, and looks each time at what is in the record. */
export async function killRounds(world: KillWorld, rounds: number): Promise<Toll> {
  const { database, policy, upstreams, load, random } = world
  const toll: Toll = { faults: [], received: 0, heard: 0, interrupted: 0 }
  const killed = new Map<string, Date>()
  const recorded = new Set<string>()
  const sweeping = sweepAsTheJobDoes()
  let gateway = await startGateway(database.gatewayUrl, QUIET)
  try {
    for (let round = 1; round <= rounds && toll.faults.length === 0; round++) {
      const writer = await writerOf(policy, gateway)
      load.go(gateway.url)
      // Some die while they are still meeting their first clients.
      if (random() < WARM_SHARE) await load.untilAnswered()
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_MS))
      killed.set(writer, await now(policy))
      await gateway.kill()
      await load.untilStill()
      const next = startGateway(database.gatewayUrl, QUIET)
      await untilGone(policy, upstreams, writer)
      const received = upstreams.flatMap((upstream) => upstream.takeReceived())
      const heard = load.takeHeard()
      toll.received += received.length
      toll.heard += heard.length
      const faults = [...load.complaints(), ...(await faultsOfRecord(policy, writer, received, heard, recorded))]
      toll.faults.push(...faults.slice(0, SHOWN).map((fault) => `kill ${round}: ${fault}`))
      gateway = await next
    }
    // Every conversation goes on after the last kill as well.
    load.go(gateway.url)
    await load.untilAnswered()
    killed.set(await writerOf(policy, gateway), await now(policy))
    await gateway.kill()
    await load.untilStill()
    toll.faults.push(...load.complaints())
    await eventually(
      () => policy.rows(`SELECT "id", "writer" FROM "Call" WHERE "outcome" = 'in_flight'`),
      (rows) => rows.length === 0,
      30_000,
    )
    toll.faults.push(...(await faultsOfCalls(policy, killed)))
    for (const table of await tablesContaining(CANARY.email)) toll.faults.push(`a raw value in ${table}`)
    const [count] = await policy.rows<{ count: number }>(
      `SELECT count(*)::int AS "count" FROM "AuditEvent" WHERE "action" = 'call.interrupted' AND "chain" = 'control'`,
    )
    toll.interrupted = count!.count
    return toll
  } finally {
    load.end()
    await gateway.kill()
    await sweeping.stop()
  }
}

const QUIET = { LOG_LEVEL: 'warn' }

async function writerOf(policy: PolicyWriter, { url }: TestGateway): Promise<string> {
  const [row] = await policy.rows<{ id: string }>(
    `SELECT "id" FROM "GatewayReplica" WHERE "url" = $1 ORDER BY "startedAt" DESC LIMIT 1`,
    [url],
  )
  return row!.id
}

async function now(policy: PolicyWriter): Promise<Date> {
  const [row] = await policy.rows<{ now: Date }>('SELECT clock_timestamp() AS "now"')
  return row!.now
}

/** What the dead one sent has arrived, and what it was committing is decided. */
async function untilGone(policy: PolicyWriter, upstreams: readonly TalkativeUpstream[], writer: string): Promise<void> {
  await eventually(
    () => upstreams.reduce((sum, upstream) => sum + upstream.openSockets(), 0),
    (open) => open === 0,
  )
  const boot = writer.split(':').at(-1)
  await eventually(
    () => policy.rows(`SELECT 1 FROM pg_stat_activity WHERE "application_name" = $1`, [`countersign recorder ${boot}`]),
    (rows) => rows.length === 0,
  )
}

/** As lib/jobs.ts has it. */
function sweepAsTheJobDoes() {
  let stopped = false
  let wake = () => {}
  const done = (async () => {
    while (!stopped) {
      await closeInterruptedCalls()
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, SWEEP_MS)
      })
    }
  })()
  return {
    async stop() {
      stopped = true
      wake()
      await done
    },
  }
}
