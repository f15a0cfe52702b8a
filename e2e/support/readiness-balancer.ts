import { Agent, request } from 'node:http'
import type { TestGateway } from './gateway'

/** What one try came to. `lost` is what must never be: nobody knows whether the call was made. */
export type Tried =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable' }
  | { kind: 'lost'; error: string }

/** A round robin over gateways as any load balancer is one: asks for readiness, and tries a refused call elsewhere. */
export class Balancer {
  private readonly ready = new Set<TestGateway>()
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 })
  private readonly timer: NodeJS.Timeout
  private turn = 0
  /** When each was first seen not to be ready any more. */
  readonly unreadySince = new Map<TestGateway, number>()

  constructor(
    private gateways: readonly TestGateway[],
    everyMs = 25,
  ) {
    for (const gateway of gateways) this.ready.add(gateway)
    this.timer = setInterval(() => void this.look(), everyMs)
  }

  replace(old: TestGateway, next: TestGateway): void {
    this.gateways = this.gateways.map((gateway) => (gateway === old ? next : gateway))
    this.ready.add(next)
  }

  stop(): void {
    clearInterval(this.timer)
    this.agent.destroy()
  }

  /** Every try of one call, the last one being its outcome. */
  async call(path: string, key: string, body: string): Promise<Tried[]> {
    const tries: Tried[] = []
    for (let i = 0; i < 20; i++) {
      const gateway = this.next()
      if (gateway !== undefined) {
        const tried = await this.tryOnce(gateway, path, key, body)
        tries.push(tried)
        if (tried.kind === 'answered' || tried.kind === 'lost') return tries
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return tries
  }

  private next(): TestGateway | undefined {
    const candidates = this.gateways.filter((gateway) => this.ready.has(gateway))
    return candidates[this.turn++ % Math.max(candidates.length, 1)]
  }

  private async look(): Promise<void> {
    for (const gateway of this.gateways) {
      const ok = await fetch(`${gateway.url}/readyz`).then(
        (response) => response.ok,
        () => false,
      )
      if (ok) this.ready.add(gateway)
      else {
        this.ready.delete(gateway)
        if (!this.unreadySince.has(gateway)) this.unreadySince.set(gateway, performance.now())
      }
    }
  }

  private tryOnce(gateway: TestGateway, path: string, key: string, body: string): Promise<Tried> {
    return new Promise((resolve) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'content-length': Buffer.byteLength(body),
      }
      const sent = request(`${gateway.url}${path}`, { method: 'POST', agent: this.agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => (text += chunk))
        response.on('error', (error) => resolve({ kind: 'lost', error: error.message }))
        response.on('end', () => {
          const reason = /"reason":"(\w+)"/.exec(text)?.[1]
          if (reason === 'shutting_down' && response.statusCode === 503) resolve({ kind: 'refused', reason })
          else resolve({ kind: 'answered', status: response.statusCode!, body: text })
        })
      })
      sent.on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ECONNREFUSED' ? { kind: 'unreachable' } : { kind: 'lost', error: String(error.code) }),
      )
      sent.end(body)
    })
  }
}
