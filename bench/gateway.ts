import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { text } from 'node:stream/consumers'
import type { PolicyWriter } from '@/e2e/support/policy'
import { freePort } from '@/scripts/instance/ports'
import type { Plan, Result } from './load'
import { benchDatabase, median, shuffled, startProcess } from './world'

const CONCURRENCY = [1, 16, 128]
const ROUNDS = 4
const ROUND_MS = 4_000
/** A compiler still at work would be counted as the price of a call. */
const WARM_UP_CALLS = 15_000
const TICKS_PER_SECOND = 100
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search_customers', arguments: { query: 'plan:enterprise', limit: 8, after: '2026-01-01' } },
})

interface Contender {
  name: string
  url: string
  headers: Record<string, string>
  /** Seconds of processor time its process has used; null for the direct way, which has none. */
  cpuSeconds(): Promise<number | null>
  /** Of the database connection that records; null where there is none, or no /proc to read it from. */
  databaseSeconds(): Promise<number | null>
}

/** A governed call beside the same call through a bare http-proxy and without any, in one run on one machine. */
export async function benchGateway(): Promise<void> {
  const database = await benchDatabase()
  const [upstreamPort, proxyPort] = [await freePort(), await freePort()]
  const upstreamUrl = `http://127.0.0.1:${upstreamPort}/mcp`
  const upstream = await startProcess('bench/servers.ts', ['upstream', String(upstreamPort)], upstreamPort)
  const proxyArguments = ['proxy', String(proxyPort), `http://127.0.0.1:${upstreamPort}`]
  const proxy = await startProcess('bench/servers.ts', proxyArguments, proxyPort)
  const bot = await database.policy.caller('bot', await database.policy.connection('crm', upstreamUrl, 'Bearer s3cret'))
  await database.policy.mask('customer data', ['EMAIL', 'PHONE', 'SSN', 'CREDIT_CARD'])
  const gateway = await database.startGateway()
  try {
    const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const contenders: Contender[] = [
      { name: 'direct', url: upstreamUrl, headers: json, ...NOT_MEASURED },
      {
        ...NOT_MEASURED,
        name: 'http-proxy',
        url: `http://127.0.0.1:${proxyPort}/mcp`,
        headers: json,
        cpuSeconds: async () => Number(await (await fetch(`http://127.0.0.1:${proxyPort}/cpu`)).text()),
      },
      {
        name: 'gateway',
        url: `${gateway.url}/crm/mcp`,
        headers: { ...json, authorization: `Bearer ${bot.key}` },
        cpuSeconds: () => gatewayCpuSeconds(gateway.url),
        databaseSeconds: () => recorderSeconds(database.policy),
      },
    ]
    await probe(contenders, database.policy)
    const measured = await measure(contenders)
    report(contenders, measured)
  } finally {
    await gateway.stop()
    upstream.kill()
    proxy.kill()
    await database.stop()
  }
}

const NOT_MEASURED = { cpuSeconds: async () => null, databaseSeconds: async () => null }

/** Numbers of a gateway that does not govern would mean nothing. */
async function probe(contenders: Contender[], policy: { rows(text: string): Promise<unknown[]> }): Promise<void> {
  for (const { name, url, headers } of contenders) {
    const answer = await (await fetch(url, { method: 'POST', headers, body: BODY })).text()
    const isMasked = answer.includes('[EMAIL_') && !answer.includes('@mail.test')
    if (isMasked !== (name === 'gateway'))
      throw new Error(`${name} does not answer as it must: ${answer.slice(0, 200)}`)
  }
  const recorded = await policy.rows(`SELECT 1 FROM "RecordedMessage" WHERE "callId" IS NOT NULL`)
  if (recorded.length !== 2) throw new Error('the gateway did not record the call')
}

type Sample = Result & { cpuMicros: number | null; databaseMicros: number | null }

async function measure(contenders: Contender[]): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>()
  for (const contender of contenders) {
    for (let calls = 0; calls < WARM_UP_CALLS; ) calls += (await load(contender, 32, 3_000)).calls
  }
  for (let round = 0; round < ROUNDS; round++) {
    const runs = contenders.flatMap((contender) => CONCURRENCY.map((concurrency) => ({ contender, concurrency })))
    for (const { contender, concurrency } of shuffled(runs)) {
      const before = await Promise.all([contender.cpuSeconds(), contender.databaseSeconds()])
      const result = await load(contender, concurrency, ROUND_MS)
      const after = await Promise.all([contender.cpuSeconds(), contender.databaseSeconds()])
      const [cpuMicros, databaseMicros] = [0, 1].map((i) => {
        const [from, to] = [before[i]!, after[i]!]
        return from === null || to === null ? null : ((to - from) / result.calls) * 1_000_000
      }) as [number | null, number | null]
      const key = `${contender.name} ${concurrency}`
      samples.set(key, [...(samples.get(key) ?? []), { ...result, cpuMicros, databaseMicros }])
    }
  }
  return samples
}

async function load({ url, headers }: Contender, concurrency: number, ms: number): Promise<Result> {
  const plan: Plan = { url, headers, body: BODY, concurrency, ms }
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/load.ts', JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(await text(child.stdout)) as Result
}

async function gatewayCpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^countersign_gateway_process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1])
}

/** What the database spends on recording: processor time of the recorder's own connection. */
async function recorderSeconds(policy: PolicyWriter): Promise<number | null> {
  const [recorder] = await policy.rows<{ pid: number }>(
    `SELECT "pid" FROM pg_stat_activity WHERE "application_name" LIKE 'countersign recorder%'`,
  )
  try {
    const stat = fs.readFileSync(`/proc/${recorder!.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return null
  }
}

function report(contenders: Contender[], samples: Map<string, Sample[]>): void {
  const rows = CONCURRENCY.flatMap((concurrency) =>
    contenders.map(({ name }) => {
      const of = (key: 'p50Ms' | 'p99Ms' | 'cpuMicros' | 'databaseMicros', who = name) =>
        median(samples.get(`${who} ${concurrency}`)!.map((sample) => sample[key] ?? Number.NaN))
      const rate = median(samples.get(`${name} ${concurrency}`)!.map(({ calls, seconds }) => calls / seconds))
      return {
        concurrency,
        name,
        'calls/s': Math.round(rate),
        'p50 ms': round(of('p50Ms')),
        'p99 ms': round(of('p99Ms')),
        'CPU µs/call': name === 'direct' ? '' : Math.round(of('cpuMicros')),
        'database CPU µs/call': name === 'gateway' ? Math.round(of('databaseMicros')) : '',
        'CPU × http-proxy': name === 'direct' ? '' : round(of('cpuMicros') / of('cpuMicros', 'http-proxy')),
      }
    }),
  )
  console.table(rows)
}

const round = (value: number) => Math.round(value * 100) / 100
