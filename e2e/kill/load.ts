import { eventually } from '../support/settle'
import { type Heard, TalkativeClient } from './client'
import type { Manner } from './upstream'

type Work = (url: string) => Promise<boolean>

const SESSIONS: readonly Manner[] = ['json', 'sse', 'json', 'sse']

/** Many clients at once that stop where they are when their gateway dies, and go on at the next one in the same session. */
export class Load {
  private round = 0
  private url: string | null = null
  private over = false
  private lanes = 0
  private waiting: (() => void)[] = []
  /** In which round each lane that can be answered was answered last. */
  private readonly answeredIn: number[] = []
  private readonly clients: TalkativeClient[] = []

  constructor(
    private readonly key: string,
    private readonly random: () => number,
  ) {
    for (const manner of SESSIONS) this.addConversation(manner)
    for (const manner of ['json', 'sse'] as const) {
      this.addVisitor(manner)
      this.addModern(manner)
    }
  }

  go(url: string): void {
    this.round += 1
    this.url = url
    for (const wake of this.waiting.splice(0)) wake()
  }

  /** Until every lane has been answered through this gateway. */
  async untilAnswered(): Promise<void> {
    await eventually(
      () => this.answeredIn.filter((round) => round < this.round).length,
      (late) => late === 0,
      20_000,
    )
  }

  /** Until every client has noticed that nobody is there any more. */
  async untilStill(): Promise<void> {
    this.url = null
    await eventually(
      () => this.lanes - this.waiting.length + this.clients.reduce((sum, { answering }) => sum + answering, 0),
      (busy) => busy === 0,
      20_000,
    )
  }

  takeHeard(): Heard[] {
    return this.clients.flatMap((client) => client.takeHeard())
  }

  complaints(): string[] {
    return this.clients.flatMap(({ complaints }) => complaints.splice(0))
  }

  end(): void {
    this.over = true
    for (const wake of this.waiting.splice(0)) wake()
    for (const client of this.clients) client.destroy()
  }

  /** One session for the whole run. */
  private addConversation(manner: Manner): void {
    const client = this.client(manner)
    const inSession =
      (work: Work): Work =>
      async (url) =>
        client.hasSession() ? work(url) : pause(5).then(() => true)
    this.lane(async (url) => (client.hasSession() ? this.something(client, url) : client.open(url)), true)
    this.lane(
      inSession((url) => this.something(client, url)),
      true,
    )
    this.lane(inSession((url) => client.listen(url)))
    this.lane(inSession((url) => client.call(url, this.random() < 0.5 ? 'stuck' : 'slow')))
  }

  /** Comes, calls once, and ends its session. */
  private addVisitor(manner: Manner): void {
    const client = this.client(manner)
    this.lane(async (url) => (await client.open(url)) && (await client.call(url, 'quick')) && client.close(url), true)
  }

  private addModern(manner: Manner): void {
    const client = this.client(manner)
    this.lane((url) => client.callModern(url, this.random() < 0.5 ? 'quick' : 'slow', null), true)
    this.lane((url) => client.callModern(url, 'slow', this.random() * 60))
  }

  private something(client: TalkativeClient, url: string): Promise<boolean> {
    const chance = this.random()
    if (chance < 0.4) return client.call(url, 'quick')
    if (chance < 0.65) return client.call(url, 'slow')
    if (chance < 0.75) return client.call(url, 'quick', 'slow')
    if (chance < 0.8) return client.call(url, 'forbidden')
    if (chance < 0.88) return client.list(url)
    if (chance < 0.94) return client.ping(url)
    return client.notify(url, 'notifications/cancelled', { requestId: 'none' })
  }

  private client(slug: Manner): TalkativeClient {
    const client = new TalkativeClient(slug, this.key)
    this.clients.push(client)
    return client
  }

  private lane(work: Work, isAnswered = false): void {
    this.lanes += 1
    const slot = isAnswered ? this.answeredIn.push(0) - 1 : null
    void this.run(work, slot)
  }

  private async run(work: Work, slot: number | null): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.waiting.push(resolve))
      const { round, url } = this
      if (this.over) return
      while (url !== null && this.url === url && (await work(url))) {
        if (slot !== null) this.answeredIn[slot] = round
        await pause(this.random() * 30)
      }
      // Its gateway is gone: nothing more until there is another one.
      while (this.url === url && this.round === round && !this.over) await pause(5)
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
