import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { call } from '@/e2e/support/clients'
import { startGateway } from '@/e2e/support/gateway'
import { freePort } from '@/scripts/instance/ports'
import type { Result } from './load'
import { benchDatabase, median, startProcess } from './world'

const ROUNDS = 5
const SLICE_MS = 4_000

/**
 * What a caller who behaves waits while another one sends bodies that are too deep, too large or without end (attack 19):
 * in turns with and without, so that what else runs on the machine is in both. Nothing here may be slower than by what one
 * bomb costs before it is refused.
 */
export async function benchBombs(): Promise<void> {
  const database = await benchDatabase()
  const upstreamPort = await freePort()
  const upstream = await startProcess('bench/servers.ts', ['upstream', String(upstreamPort)], upstreamPort)
  const connection = await database.policy.connection('crm', `http://127.0.0.1:${upstreamPort}/mcp`)
  const attacker = await database.policy.caller('attacker', connection)
  const neighbour = await database.policy.caller('neighbour', connection)
  const gateway = await startGateway(database.gatewayUrl, { LOG_LEVEL: 'warn', LIMIT_HEADERS_SECONDS: '2' })
  const url = `${gateway.url}/crm/mcp`
  const headers = {
    authorization: `Bearer ${neighbour.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const calls = (ms = SLICE_MS) =>
    run<Result>('bench/load.ts', { url, headers, body: JSON.stringify(call('count')), concurrency: 2, ms }).done
  try {
    await calls(2_000)
    const rows: { alone: Result; attacked: Result; bombs: number }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await calls()
      const attack = run<{ exploded: number }>('e2e/support/bombing.ts', { url, key: attacker.key })
      await attack.begun
      const attacked = await calls()
      attack.end()
      rows.push({ alone, attacked, bombs: (await attack.done).exploded })
    }
    console.table(
      rows.map(({ alone, attacked, bombs }) => ({
        'p50 ms alone': round1(alone.p50Ms),
        'p50 ms attacked': round1(attacked.p50Ms),
        'p99 ms alone': round1(alone.p99Ms),
        'p99 ms attacked': round1(attacked.p99Ms),
        bombs,
      })),
    )
    const ratio = (of: (result: Result) => number) =>
      median(rows.map(({ alone, attacked }) => of(attacked) / of(alone))).toFixed(2)
    console.log(`attacked / alone, median of ${ROUNDS}: p50 ${ratio((r) => r.p50Ms)}, p99 ${ratio((r) => r.p99Ms)}`)
  } finally {
    await gateway.stop()
    upstream.kill()
    await database.stop()
  }
}

/** A process that says its result last; `begun` when it says anything. */
function run<Said>(script: string, plan: object) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(plan)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const done = text(child.stdout).then((said) => JSON.parse(said.trim().split('\n').at(-1)!) as Said)
  return { begun, done, end: () => child.stdin.end() }
}

const round1 = (ms: number): number => Math.round(ms * 10) / 10
