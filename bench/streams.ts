import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startGateway } from '@/e2e/support/gateway'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { freePort } from '@/scripts/instance/ports'
import { benchDatabase, startProcess } from './world'

const COUNTS = [1_000, 10_000]
const AT_ONCE = 16
const SETTLE_MS = 4_000
/** Two for each stream, one to its client and one to its server, and some for everything else. */
const SPARE_DESCRIPTORS = 200

interface Holder {
  name: string
  url: string
  headers: Record<string, string>
  pid: number
  /** What a client hears when its server says an address. */
  hears: RegExp
  /** Takes the caller's access away, and gives it back. */
  revoke?: () => Promise<() => Promise<unknown>>
}

interface Held {
  streams: IncomingMessage[]
  agent: Agent
  /** How often opening one had to be asked for again. */
  refused: number
}

/** What an idle stream costs: resident memory of the gateway and of a bare http-proxy that hold the same, in one run. */
export async function benchStreams(): Promise<void> {
  if (process.platform !== 'linux') return console.log('resident memory is read from /proc, which only Linux has')
  process.env.NODE_OPTIONS = `--import ${path.resolve('bench/collect.mjs')}`
  const database = await benchDatabase()
  const [upstreamPort, proxyPort] = [await freePort(), await freePort()]
  const upstreamUrl = `http://127.0.0.1:${upstreamPort}/mcp`
  const upstream = await startProcess('bench/stream-servers.ts', ['upstream', String(upstreamPort)], upstreamPort)
  const proxyArguments = ['proxy', String(proxyPort), `http://127.0.0.1:${upstreamPort}`]
  const proxy = await startProcess('bench/stream-servers.ts', proxyArguments, proxyPort)
  const connectionId = await database.policy.connection('crm', upstreamUrl)
  const bot = await database.policy.caller('bot', connectionId)
  await database.policy.mask('customer data', ['EMAIL'])
  const gateway = await startGateway(database.gatewayUrl, {
    LOG_LEVEL: 'warn',
    LIMIT_STREAMS_PER_IDENTITY: '0',
    NODE_OPTIONS: process.env.NODE_OPTIONS,
  })
  const holders: Holder[] = [
    { name: 'http-proxy', url: `http://127.0.0.1:${proxyPort}/mcp`, headers: {}, pid: proxy.pid!, hears: /zofia@mail/ },
    {
      name: 'gateway',
      url: `${gateway.url}/crm/mcp`,
      headers: { authorization: `Bearer ${bot.key}` },
      pid: gateway.pid,
      hears: /\[EMAIL_[a-z2-7]{8}\]/,
      revoke: async () => {
        await database.policy.revokeAll(bot.identityId)
        return () => database.policy.grant(bot.identityId, connectionId).then(() => policyApplied(database.policy))
      },
    },
  ]
  const say = (path = '/say') => fetch(`http://127.0.0.1:${upstreamPort}${path}`)
  const rows: object[] = []
  try {
    const most = Math.floor((descriptorLimit() - SPARE_DESCRIPTORS) / 2)
    for (const asked of COUNTS) {
      const count = Math.min(asked, most)
      if (count < asked) console.log(`${asked} streams need more than this user's open files: ${count} instead`)
      for (const holder of holders) {
        const row = await measure(holder, count, say)
        console.log(JSON.stringify(row))
        rows.push(row)
      }
    }
    console.table(rows)
  } finally {
    await gateway.stop()
    upstream.kill()
    proxy.kill()
    await database.stop()
  }
}

async function measure(holder: Holder, count: number, say: (path?: string) => Promise<unknown>): Promise<object> {
  // Warm first, so that what is compiled and pooled anyway is not counted as the streams' own.
  await release(await hold(holder, 200))
  const before = await settledRssKb(holder.pid)
  const opening = performance.now()
  const held = await hold(holder, count)
  const openedMs = performance.now() - opening
  const idle = await settledRssKb(holder.pid)
  const cpu = cpuTicks(holder.pid)
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  const idleCpuMs = (cpuTicks(holder.pid) - cpu) * 10
  await hearOnAll(held.streams, holder.hears, say)
  const toldMs = await hearOnAll(held.streams, holder.hears, () => say('/say-at-once'))
  const cutMs = holder.revoke ? await cutAll(held.streams, holder.revoke) : null
  await release(held)
  return {
    streams: count,
    holder: holder.name,
    'opened/s': Math.round(count / (openedMs / 1000)),
    'asked again': held.refused,
    'RSS before MB': Math.round(before / 1024),
    'RSS with MB': Math.round(idle / 1024),
    'KB/stream': Math.round(((idle - before) / count) * 10) / 10,
    'idle CPU ms/s': Math.round(idleCpuMs / 5),
    'all told at once ms': Math.round(toldMs),
    'all cut ms': cutMs === null ? null : Math.round(cutMs),
  }
}

/** Sessions with a standalone stream each, opened some at a time. */
async function hold({ url, headers }: Holder, count: number): Promise<Held> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const streams: IncomingMessage[] = []
  let left = count
  let refused = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const opened = await ask(url, 'POST', { ...headers, 'content-type': 'application/json' }, INITIALIZE, agent)
        if (opened.statusCode === 503) {
          // As a client does: the disk of a shared machine may stand still for longer than a call may wait.
          opened.resume()
          refused++
          left++
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          continue
        }
        if (opened.statusCode !== 200) throw new Error(`initialize was answered with ${await text(opened)}`)
        opened.resume()
        const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
        const stream = await ask(url, 'GET', { ...headers, ...session, accept: 'text/event-stream' }, null, agent)
        if (stream.statusCode !== 200) throw new Error(`a stream was answered with ${await text(stream)}`)
        streams.push(stream)
      }
    }),
  )
  return { streams, agent, refused }
}

async function release({ streams, agent }: Held): Promise<void> {
  for (const stream of streams) stream.destroy()
  agent.destroy()
}

/** Numbers of streams that carry nothing would mean nothing. */
async function hearOnAll(streams: IncomingMessage[], hears: RegExp, say: () => Promise<unknown>): Promise<number> {
  let heard = 0
  const listening = streams.map((stream) => {
    stream.setEncoding('utf8')
    let said = ''
    const listen = (chunk: string) => {
      const before = hears.test(said)
      said += chunk
      if (!before && hears.test(said)) heard++
      if (said.length > 1_000) throw new Error('more was heard than was said')
    }
    stream.on('data', listen)
    return () => stream.off('data', listen)
  })
  const began = performance.now()
  await say()
  await eventually(
    () => heard,
    (heard) => heard === streams.length,
    120_000,
  )
  for (const stop of listening) stop()
  return performance.now() - began
}

/** From when the revocation is committed to when the last of them has ended. */
async function cutAll(streams: IncomingMessage[], revoke: NonNullable<Holder['revoke']>): Promise<number> {
  let ended = 0
  for (const stream of streams) stream.resume().on('close', () => ended++)
  const restore = await revoke()
  const began = performance.now()
  await eventually(
    () => ended,
    (ended) => ended === streams.length,
    30_000,
  )
  const cutMs = performance.now() - began
  await restore()
  return cutMs
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})

function ask(
  url: string,
  method: 'GET' | 'POST',
  headers: Record<string, string>,
  body: string | null,
  agent: Agent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const accept = { accept: 'application/json, text/event-stream', ...headers }
    const sent = request(url, { method, headers: accept, agent }, resolve)
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

/** After its garbage is collected: that is not what a stream costs. */
async function settledRssKb(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  process.kill(pid, 'SIGUSR2')
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** Hundredths of a second of processor time. */
function cpuTicks(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const descriptorLimit = (): number =>
  Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout.trim()) || Number.POSITIVE_INFINITY
