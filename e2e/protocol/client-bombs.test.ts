import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Result } from '@/bench/load'
import { bombs, envelope, PROTO } from '@/e2e/support/bombs'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { startRawUpstream } from '@/e2e/support/upstreams'

/** Attack 19: what one caller sends, or does not, costs the others nothing that they notice. */

let database: TestDatabase
let policy: PolicyWriter
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let gateway: TestGateway
let attacker: Awaited<ReturnType<PolicyWriter['caller']>>
let neighbour: Awaited<ReturnType<PolicyWriter['caller']>>
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((_request, response, body) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: { content: [] } }))
  })
  const crm = await policy.connection('crm', upstream.url)
  attacker = await policy.caller('attacker', crm)
  neighbour = await policy.caller('neighbour', crm)
  gateway = await startGateway(database.gatewayUrl, {
    LOG_LEVEL: 'warn',
    LIMIT_HEADERS_SECONDS: '2',
    LIMIT_REQUEST_SECONDS: '4',
  })
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), policy?.close()])
  await database?.drop()
})

/** The neighbour is a process of its own: what the attack costs this one must not count. It fails at the first error. */
async function neighbourCalls(ms: number): Promise<Result> {
  const headers = {
    authorization: `Bearer ${neighbour.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const plan = { url, headers, body: JSON.stringify(call('count')), concurrency: 2, ms }
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/load.ts', JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(await text(child.stdout)) as Result
}

/** The attacker too: here is only what upstream does. Ends when told to, and says how many bombs went off. */
function attack() {
  const plan = { url, key: attacker.key }
  const child = spawn(process.execPath, ['--import', 'tsx', 'e2e/support/bombing.ts', JSON.stringify(plan)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = text(child.stdout)
  const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  return {
    begun,
    async stop() {
      child.stdin.end()
      return JSON.parse((await said).trim().split('\n').at(-1)!) as { exploded: number; slowRefused: number }
    },
  }
}

it('each is refused for what it is, and none of it reaches upstream', async () => {
  const before = upstream.received.length
  const counted = 'countersign_refusals_total{reason="request_too_large"}'
  const refused = await metric(counted)
  const all = bombs(url, attacker.key)
  for (const { name, statuses, send } of all) expect([name, ...statuses]).toContain(await send())
  expect(await metric(counted)).toBe(refused + all.length - 1)
  expect(upstream.received.slice(before).map(({ body }) => body)).toEqual([envelope(PROTO)])
})

it('a neighbour goes on being served while all of them go off at once', async () => {
  await neighbourCalls(1_000)
  const residentBefore = await metric('countersign_gateway_process_resident_memory_bytes')
  // Measured up to three times: whatever else runs on the machine shows in one of them, a gateway that stalls in all.
  let lagMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3 && lagMs > STALL_MS; i++) {
    const alone = await neighbourCalls(2_000)
    const cpuBefore = await metric('countersign_gateway_process_cpu_seconds_total')
    const attacking = attack()
    await attacking.begun
    const under = await neighbourCalls(5_000)
    // Since the last time it was asked: how late its event loop was for whatever was due.
    lagMs = (await metric('countersign_gateway_nodejs_eventloop_lag_p99_seconds')) * 1_000
    const { exploded, slowRefused } = await attacking.stop()
    const cpuMs = ((await metric('countersign_gateway_process_cpu_seconds_total')) - cpuBefore) * 1_000
    process.stdout.write(`      ${told('alone', alone)}; ${told('under attack', under)} (${exploded} bombs)\n`)
    expect(exploded).toBeGreaterThan(5)
    expect(slowRefused).toBe(200)
    expect(under.calls).toBeGreaterThan(20)
    // Of processor time, which does not depend on what else runs: a bomb that is read whole takes seconds.
    expect(cpuMs / (exploded + under.calls)).toBeLessThan(100)
    expect(under.p99Ms).toBeLessThan(10_000)
  }
  expect(lagMs).toBeLessThan(STALL_MS)
  const grown = (await metric('countersign_gateway_process_resident_memory_bytes')) - residentBefore
  expect(grown).toBeLessThan(400 * 1024 ** 2)
  expect((await post(url, neighbour.key, call('count'))).status).toBe(200)
}, 120_000)

/** A bomb that is not cut short in time holds everybody up for longer. */
const STALL_MS = 300

const told = (when: string, { calls, seconds, p50Ms, p99Ms }: Result) =>
  `${when} ${Math.round(calls / seconds)} calls/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`

async function metric(name: string): Promise<number> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text()
  return Number(
    page
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  )
}
