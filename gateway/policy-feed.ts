import type { Logger } from 'pino'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { type PolicyView, Refusal } from './call'
import { Link, type LinkClient, LinkLost } from './database/link'
import { withSeenTool } from './tool-watch'

const BEAT_MS = 2_000
/** The database counts a replica live for six seconds by its own clock: it must have stopped forwarding before that. */
const LEASE_MS = 4_000
const RETRY_MS = 250

export interface Replica {
  id: string
  name: string
  url: string
  /** Ids of the secrets that it opens seals with. */
  keyIds: string[]
}

export interface FeedListener {
  /** Microseconds: from when on calls would be left in flight if this replica died now. */
  inFlightSince(): number
  applied(policy: PolicySnapshot): void
  probesWaiting(): void
  sessionChanged(id: string): void
  /** Another replica answers on a stream. */
  answerHeard(payload: string): void
  approvalChanged(id: string): void
  /** A client took back, at another replica, a call that may wait here. */
  cancelHeard(payload: string): void
  /** Notifications may have been missed. */
  reconnected(): void
}

/**
 * Keeps the policy current, and knows when it cannot be shown to be. LISTEN and heartbeat share one connection: a
 * replica that no longer hears of changes no longer beats, and stops when its lease ends.
 */
export class PolicyFeed implements PolicyView {
  private snapshot: PolicySnapshot | null = null
  /** Monotonic: when the last heartbeat began that found this policy to be the current one. */
  private leaseFrom = -Infinity
  private beating: Promise<void> | null = null
  private beatAgain = false
  private timer: NodeJS.Timeout | null = null
  private readonly link: Link

  constructor(
    url: string,
    private readonly replica: Replica,
    private readonly load: () => Promise<PolicySnapshot>,
    private readonly listener: FeedListener,
    private readonly log: Logger,
  ) {
    this.link = new Link({
      url,
      applicationName: 'countersign gateway feed',
      statementMs: 1_500,
      onUp: (client) => this.attach(client),
      onReady: () => {
        this.listener.reconnected()
        void this.beat()
      },
      onDown: (reason) => this.log.warn({ reason }, 'the policy feed lost its connection'),
    })
  }

  start(): void {
    this.link.start()
    this.timer = setInterval(() => void this.beat(), BEAT_MS)
  }

  get version(): bigint | null {
    return this.snapshot?.version ?? null
  }

  isFresh(): boolean {
    return this.snapshot !== null && performance.now() - this.leaseFrom < LEASE_MS
  }

  current(): PolicySnapshot {
    if (this.snapshot === null || !this.isFresh()) throw new Refusal('policy_stale')
    return this.snapshot
  }

  seen(connectionId: string, tool: string, digest: string): void {
    if (this.snapshot === null) return
    const snapshot = withSeenTool(this.snapshot, connectionId, tool, digest)
    if (snapshot === this.snapshot) return
    this.snapshot = snapshot
    this.log.warn({ connection: connectionId }, 'a tool is not as it was certified')
    this.listener.applied(snapshot)
  }

  async reach(version: bigint): Promise<void> {
    if ((this.snapshot?.version ?? 0n) < version) await this.beat()
    if (this.current().version < version) throw new Refusal('policy_stale')
  }

  /** Beats now, and applies what has changed. Never throws: a failed heartbeat is a lease that runs out. */
  async beat(): Promise<void> {
    if (this.beating) {
      this.beatAgain = true
      return this.beating
    }
    this.beating = this.beatUntilCurrent()
    return this.beating
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    const text = `UPDATE "GatewayReplica" SET "stoppedAt" = clock_timestamp() WHERE "id" = $1`
    await this.link.query({ text, values: [this.replica.id] }).catch(() => {})
    await this.link.stop()
  }

  private async beatUntilCurrent(): Promise<void> {
    try {
      do {
        this.beatAgain = false
        const started = performance.now()
        const { version, probes } = await this.heartbeat()
        if (this.snapshot === null || version > this.snapshot.version) {
          this.apply(await this.load())
          // At once, so that whoever changed policy hears that it is applied here.
          this.beatAgain = true
        }
        if (this.snapshot && this.snapshot.version >= version) this.leaseFrom = started
        if (probes > 0) this.listener.probesWaiting()
      } while (this.beatAgain)
    } catch (error) {
      if (error instanceof LinkLost) return
      this.log.warn({ error: (error as Error).name }, 'policy could not be read; trying again')
      setTimeout(() => void this.beat(), RETRY_MS)
    } finally {
      // In the same turn as the last look at `beatAgain`: whoever asks later must not be told that it is being done.
      this.beating = null
    }
  }

  private async heartbeat(): Promise<{ version: bigint; probes: number }> {
    const { rows } = await this.link.query<{ version: string; probes: number }>({
      name: 'heartbeat',
      text: `UPDATE "GatewayReplica" SET "heartbeatAt" = clock_timestamp(), "appliedVersion" = $2, "inFlightSince" = $3
        WHERE "id" = $1
        RETURNING (SELECT "version" FROM "PolicyVersion" WHERE "id" = 1) AS "version",
          (SELECT count(*)::int FROM "Probe" WHERE "replicaId" = $1 AND "status" = 'requested') AS "probes"`,
      values: [
        this.replica.id,
        String(this.snapshot?.version ?? 0),
        new Date(Math.floor(this.listener.inFlightSince() / 1000)),
      ],
    })
    return { version: BigInt(rows[0]!.version), probes: rows[0]!.probes }
  }

  private apply(policy: PolicySnapshot): void {
    if (this.snapshot !== null && policy.version <= this.snapshot.version) return
    this.snapshot = policy
    this.log.info({ version: String(policy.version) }, 'policy applied')
    this.listener.applied(policy)
  }

  private heard(channel: string, payload: string): void {
    if (channel === 'policy') {
      if (this.snapshot === null || BigInt(payload || '0') > this.snapshot.version) void this.beat()
    } else if (channel === 'probe') this.listener.probesWaiting()
    else if (channel === 'session') this.listener.sessionChanged(payload)
    else if (channel === 'answer') this.listener.answerHeard(payload)
    else if (channel === 'approval') this.listener.approvalChanged(payload)
    else if (channel === 'hold') this.listener.cancelHeard(payload)
  }

  private async attach(client: LinkClient): Promise<void> {
    client.on('notification', ({ channel, payload = '' }) => {
      try {
        this.heard(channel, payload)
      } catch {
        // Any role may notify. Thrown from here, it would have the connection read the same bytes again and again.
        this.log.warn({ channel }, 'a notification that is none of ours')
      }
    })
    await client.query('LISTEN policy; LISTEN probe; LISTEN session; LISTEN answer; LISTEN approval; LISTEN hold')
    await client.query(
      `INSERT INTO "GatewayReplica" ("id", "name", "url", "appliedVersion", "keyIds")
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ("id") DO UPDATE SET "heartbeatAt" = clock_timestamp()`,
      [this.replica.id, this.replica.name, this.replica.url, String(this.snapshot?.version ?? 0), this.replica.keyIds],
    )
  }
}

/** The next moment at which something ends by its date: then open streams are looked at again. */
export function nextEnd(policy: PolicySnapshot, now: Date): Date | null {
  let next: Date | null = null
  const consider = (date: Date | null) => {
    if (date !== null && date > now && (next === null || date < next)) next = date
  }
  for (const grants of policy.grants.values()) for (const { until } of grants) consider(until)
  for (const { endsAt } of policy.identities.values()) consider(endsAt)
  for (const { expiresAt } of policy.keysByHash.values()) consider(expiresAt)
  return next
}
