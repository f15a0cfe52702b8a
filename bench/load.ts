import { Agent, request } from 'node:http'

/** The load, in a process of its own: one plan as JSON in the first argument, one result as JSON on stdout. */
export interface Plan {
  url: string
  headers: Record<string, string>
  body: string
  concurrency: number
  ms: number
}

export interface Result {
  calls: number
  seconds: number
  p50Ms: number
  p99Ms: number
}

const plan = JSON.parse(process.argv[2]!) as Plan
const agent = new Agent({ keepAlive: true, maxSockets: plan.concurrency })
const headers = { ...plan.headers, 'content-length': Buffer.byteLength(plan.body) }

function callOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(plan.url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      response.resume().on('end', resolve)
    })
    sent.on('error', reject)
    sent.end(plan.body)
  })
}

const latencies: number[] = []
const started = performance.now()
await Promise.all(
  Array.from({ length: plan.concurrency }, async () => {
    while (performance.now() - started < plan.ms) {
      const begun = performance.now()
      await callOnce()
      latencies.push(performance.now() - begun)
    }
  }),
)
const seconds = (performance.now() - started) / 1000
latencies.sort((a, b) => a - b)
const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!
const result: Result = { calls: latencies.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
process.stdout.write(JSON.stringify(result))
process.exit(0)
