import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { pino } from 'pino'
import { AssertionSigner } from '@/lib/connections/identity-assertion'
import { keyIdOf } from '@/lib/connections/seal'
import type { Env } from '@/lib/env'
import { describeFetchProblem, guardedJson } from '@/lib/guarded-json'
import { admitToken } from '@/lib/identities/commands'
import { subjectKey } from '@/lib/policies/snapshot'
import { placeOf, resourcesOf } from './address'
import { type Credential, type Gateway, Refusal, type SessionRef } from './call'
import { nowMicros } from './clock'
import { Connections } from './connections'
import { Link } from './database/link'
import { openDatabase, type Queries } from './database/open'
import { mayUse } from './decide'
import { drain } from './drain'
import { interruptDetached } from './ended-session'
import { HoldDesk, holdTimes } from './holding/hold-desk'
import { LastUse } from './last-use'
import { LegacyStreams } from './legacy-streams'
import { IdentityLimits, type Limits } from './limits'
import { gatewayMetrics } from './metrics'
import { OpenExchanges } from './open-exchanges'
import { PolicyFeed } from './policy-feed'
import { Prober } from './probe'
import { record, recordOfOwn } from './record'
import { GroupCommit, NotRecorded } from './recorder/group-commit'
import { RECORDER_SETTINGS } from './recorder/insert'
import { OpenCalls } from './recorder/open-calls'
import { TextSeal } from './sealed-text'
import { gatewayServer } from './server'
import { SessionStore } from './session-store'
import { SessionBook } from './sessions'
import { Tally } from './tally'
import { TaskBook } from './tasks'
import { startTelemetry } from './telemetry'
import { IssuerKeys } from './tokens/issuer-keys'
import { keyLimits } from './tokens/key-freshness'
import { noteKeyStatus } from './tokens/key-status'
import { TokenDesk } from './tokens/token-desk'
import { ToolWatch } from './tool-watch'
import { Assertions } from './upstream/assertions'
import { OpenedConnections } from './upstream/opened'
import { ProcessStore } from './upstream/process-store'
import { ServerProcesses } from './upstream/processes'
import { mayRepeat } from './upstream/repeatable'
import { upstreamSender } from './upstream/send'

/** How long processes are waited for that go when they are told. Whatever else is left is ended behind us. */
const PROCESSES_MS = 1_000
const HOUR_MS = 3_600_000
const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version
const LISTENING_MS = 300_000

export interface RunningGateway {
  stop(): Promise<void>
  fault(what: string, error: unknown): void
}

/** Puts the parts together and starts to listen. Resolves once it accepts connections, before it is ready to forward. */
export async function startGateway(settings: Env): Promise<RunningGateway> {
  const databaseUrl = settings.GATEWAY_DATABASE_URL ?? settings.DATABASE_URL
  const secret = settings.COUNTERSIGN_SECRET
  if (!databaseUrl) throw new Error('Set GATEWAY_DATABASE_URL: a gateway without its database refuses everything.')
  if (!secret) throw new Error('Set COUNTERSIGN_SECRET to the one that seals the credentials of this database.')

  const log = pino({ level: settings.LOG_LEVEL, base: undefined })
  const name = `${hostname()}:${settings.GATEWAY_PORT}`
  const boot = randomBytes(6).toString('hex')
  const replicaId = `${name}:${boot}`
  const writer = { id: replicaId, auditChain: `gateway:${replicaId}`, actor: `gateway:${name}` }

  const telemetry = await startTelemetry(settings, replicaId, log)
  const database = openDatabase(databaseUrl)
  const sessionStore = new SessionStore(database)
  const recorderLink = new Link({
    url: databaseUrl,
    applicationName: `countersign recorder ${boot}`,
    fence: true,
    settings: RECORDER_SETTINGS,
    statementMs: 5_000,
    onDown: (reason) => log.warn({ reason }, 'the recorder lost its connection'),
    onReady: () => flushTally(),
  })
  const commits = new GroupCommit(recorderLink, writer)
  const tasks = new TaskBook(database)
  const sessions = new SessionBook(sessionStore, tasks, secret, replicaId, log)
  const exchanges = new OpenExchanges()
  const secrets = { current: secret, previous: settings.COUNTERSIGN_SECRET_PREVIOUS }
  const known = [secret, secrets.previous].filter((value) => value !== undefined)
  const legacyStreams = new LegacyStreams(known, (payload) =>
    database.query(`SELECT pg_notify('answer', $1)`, [payload]),
  )
  const signer = new AssertionSigner(secrets, settings.gatewayUrl)
  const opened = new OpenedConnections(secrets, signer.beginnings)
  const processes = new ServerProcesses({
    replicaId,
    limits: {
      perGateway: settings.STDIO_MAX_PROCESSES,
      perConnection: settings.STDIO_MAX_PER_CONNECTION,
      idleMs: settings.STDIO_IDLE_MINUTES * 60_000,
    },
    store: new ProcessStore(database),
    commandOf: (connection) => opened.commandOf(connection),
    mayUse: (policy, session) => mayUse(policy, session),
    sessionOver: (session, reason) => endSession(session, reason),
    recordOwn: (session, message) => record(gateway, recordOfOwn(session, message)),
    log,
  })
  const tally = new Tally()
  const lastUse = credentialUse(database)
  let phase: 'serving' | 'leaving' | 'draining' = 'serving'

  const openCalls = new OpenCalls()
  const feed = new PolicyFeed(
    databaseUrl,
    { id: replicaId, name, url: localUrl(settings), keyIds: known.map(keyIdOf) },
    database.loadPolicy,
    {
      inFlightSince: () => openCalls.since(nowMicros()),
      applied: (policy) => {
        issuerKeys.use(policy.issuers.values())
        exchanges.recheck(gateway, policy)
        processes.recheck(policy)
        // After those who lost access have been told.
        holds.room.wakeAll()
      },
      probesWaiting: () => prober.run(),
      sessionChanged: (id) => void endWhatWasEnded([id]),
      answerHeard: (payload) => legacyStreams.heard(payload),
      approvalChanged: (id) => holds.room.heard(id),
      cancelHeard: (payload) => holds.cancelHeard(payload),
      reconnected: () => {
        holds.room.wakeAll()
        void endWhatWasEnded(sessions.knownIds)
      },
    },
    log,
  )
  const mayHold = (connectionId: string): boolean =>
    feed.isFresh() &&
    feed
      .current()
      .rules.get(connectionId)
      ?.some(({ rule }) => rule.effect === 'approve') === true
  const holds = new HoldDesk(
    {
      times: holdTimes(settings.HOLD_SECONDS, settings.HOLD_SLICE_SECONDS),
      perIdentity: settings.LIMIT_HELD_CALLS_PER_IDENTITY,
      newPerMinute: settings.LIMIT_NEW_APPROVALS_PER_MINUTE,
      secrets: known,
    },
    database,
    mayHold,
  )
  const limits = new IdentityLimits(limitsOf(settings))
  const connections = new Connections(settings.LIMIT_CONNECTIONS_PER_ADDRESS)
  const metrics = gatewayMetrics({
    version: VERSION,
    connections: () => connections.size,
    runningCalls: () => limits.runningCalls,
    bodyBytes: () => limits.bodyBytes,
    recorderUp: () => recorderLink.isUp,
    recordsDropped: () => commits.dropped,
    isLeaving: () => phase !== 'serving',
    waitingRows: () => commits.waitingRows,
    openExchanges: () => exchanges.size,
    openStreams: () => exchanges.streams(),
    heldCalls: () => holds.room.size,
    policyVersion: () => Number(feed.version ?? 0),
    isFresh: () => feed.isFresh(),
  })
  commits.onBatch = metrics.batch
  commits.onRefused = (error) =>
    log.error({ code: (error as { code?: string }).code, error: error.name }, 'the database refused a record')

  const issuerKeys = new IssuerKeys({
    get: guardedJson,
    describeProblem: describeFetchProblem,
    limits: keyLimits({ refreshSeconds: settings.JWKS_REFRESH_SECONDS, staleSeconds: settings.JWKS_STALE_SECONDS }),
    now: () => performance.now(),
    log,
    attempted: (status) => {
      metrics.keysFetched(status.problem === null ? 'ok' : 'failed')
      void noteKeyStatus(database, name, status)
    },
    withdrawn: () => feed.isFresh() && exchanges.recheck(gateway, feed.current()),
  })

  const assertions = new Assertions(signer, feed)
  const gateway: Gateway = {
    name,
    publicUrl: settings.gatewayUrl,
    webUrl: settings.webUrl,
    place: placeOf({
      publicUrl: settings.gatewayUrl,
      webUrl: settings.webUrl,
      bind: settings.BIND,
      base: settings.GATEWAY_BASE_HOST,
      alsoHosts: settings.GATEWAY_HOSTS,
    }),
    origins: new Set([new URL(settings.gatewayUrl).origin, new URL(settings.webUrl).origin]),
    policy: feed,
    recorder: {
      record: (entry) => {
        openCalls.note(entry)
        return commits.record(entry).catch((error: unknown) => {
          throw error instanceof NotRecorded ? new Refusal(error.reason) : error
        })
      },
      recordLater: (entry) => {
        openCalls.note(entry)
        commits.recordLater(entry)
      },
    },
    sessions,
    tasks,
    requestStates: new TextSeal(known, 'request states'),
    holds,
    exchanges,
    limits,
    send: upstreamSender({
      opened,
      assertions,
      processes,
      mayRepeat: (request) => mayRepeat(request, feed.current()),
    }),
    echoOf: (connection) => opened.echoOf(connection),
    processes,
    legacyStreams,
    tally,
    toolWatch: new ToolWatch({
      tell: (connectionId) => noteSighting(database, connectionId),
      seen: (connectionId, tool, digest) => feed.seen(connectionId, tool, digest),
      log,
    }),
    tokens: new TokenDesk({
      policy: feed,
      keys: issuerKeys,
      resourcesOf: (slug) => resourcesOf(gateway.place, slug),
      admit: (bearer, trust) =>
        admitToken({ actor: `gateway:${name}`, auditChain: `gateway:${replicaId}:identities` }, bearer, trust),
    }),
    credentialUsed: lastUse.used,
    metrics,
    log,
    beginTrace: telemetry.begin,
    isLeaving: () => phase !== 'serving',
    isDraining: () => phase === 'draining',
  }
  const prober = new Prober(gateway, feed, database, replicaId, log)

  /** A person's wish, or another replica's news: the streams of that session end here too. */
  async function endWhatWasEnded(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const rows = await sessionStore.toBeEnded(ids).catch(() => [])
    for (const { id, endedAt, endRequestedBy } of rows) {
      const session = sessions.forget(id)
      exchanges.cutSession(id, 'unknown_session')
      processes.endSession(id)
      if (session) await interruptDetached(gateway, session)
      if (endedAt === null) await sessionStore.end(id, `ended by ${endRequestedBy}`).catch(() => {})
    }
  }

  /** Its server ended it, by ending. */
  async function endSession(session: SessionRef, reason: string): Promise<void> {
    await sessions.end(session, reason).catch(() => log.warn({ session: session.id }, 'could not end a session'))
    await interruptDetached(gateway, session)
  }

  function flushTally(all = false): void {
    // What an outage counts is told once, when it is over.
    if (!recorderLink.isUp || commits.isStalled(250)) return
    const audits = tally.take(all)
    if (audits.length > 0) commits.recordLater({ audits })
  }

  const keepPartitionsAhead = () =>
    database.query('SELECT "keep_partitions_ahead"()').catch((error: Error) => {
      log.error({ error: error.name }, 'partitions could not be made ahead of time')
    })

  recorderLink.start()
  feed.start()
  lastUse.start()
  void keepPartitionsAhead()
  const timers = [
    setInterval(() => flushTally(), 5_000),
    setInterval(() => void keepPartitionsAhead(), HOUR_MS),
    // A client that listens is there, however little it says: its session is not idle.
    setInterval(() => commits.recordLater({ touched: exchanges.listening() }), LISTENING_MS),
    setInterval(() => issuerKeys.refresh(), 1_000),
  ]

  const health = {
    notReady: () => [
      ...(phase === 'serving' ? [] : ['shutting down']),
      ...(feed.version === null ? ['no policy loaded'] : feed.isFresh() ? [] : ['policy not known to be current']),
      ...(commits.isReady() && recorderLink.isUp ? [] : ['recorder not ready']),
    ],
    keySet: () => assertions.keySet,
    metrics: async () => ({ type: metrics.registry.contentType, body: await metrics.registry.metrics() }),
  }
  const server = gatewayServer(gateway, health, connections, {
    headersMs: settings.LIMIT_HEADERS_SECONDS * 1_000,
    requestMs: settings.LIMIT_REQUEST_SECONDS * 1_000,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.GATEWAY_PORT, settings.BIND, resolve)
  })
  log.info({ url: localUrl(settings), replica: replicaId }, 'gateway listening')

  return {
    async stop() {
      phase = 'leaving'
      log.info('draining')
      const refuseNew = () => {
        phase = 'draining'
      }
      await drain(
        { server, connections, exchanges, refuseNew, dismissHeld: () => holds.room.close() },
        { noticeMs: settings.DRAIN_NOTICE_SECONDS * 1_000, limitMs: settings.DRAIN_SECONDS * 1_000 },
      )
      await processes.stop(PROCESSES_MS)
      for (const timer of timers) clearInterval(timer)
      holds.stop()
      flushTally(true)
      await lastUse.stop()
      await commits.stop(1_000)
      await feed.stop()
      await recorderLink.stop()
      await telemetry.stop()
      server.closeAllConnections()
      await database.close()
    },
    fault(what, error) {
      const { name: kind, stack } = error instanceof Error ? error : new Error('not an error')
      const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
      log.error({ error: kind, frames: frames.slice(0, 8) }, what)
    },
  }
}

/** Read by the web's job that fetches inventories. */
const noteSighting = (database: Queries, connectionId: string) =>
  database.query(
    `INSERT INTO "ToolSighting" ("connectionId") VALUES ($1)
     ON CONFLICT ("connectionId") DO UPDATE SET "seenAt" = clock_timestamp()`,
    [connectionId],
  )

function limitsOf(settings: Env): Limits {
  const { LIMIT_CALLS_PER_SECOND: callsPerSecond, LIMIT_BURST: burst } = settings
  return {
    callsPerIdentity: settings.LIMIT_CALLS_PER_IDENTITY,
    streamsPerIdentity: settings.LIMIT_STREAMS_PER_IDENTITY,
    bodyBytesPerIdentity: settings.LIMIT_BODY_MB_PER_IDENTITY * 1024 * 1024,
    callsPerSecond,
    burst: burst === 0 ? Math.max(1, Math.ceil(2 * callsPerSecond)) : burst,
  }
}

function localUrl({ BIND, GATEWAY_PORT }: Env): string {
  const host = BIND === '0.0.0.0' ? '127.0.0.1' : BIND === '::' ? '::1' : BIND
  return `http://${host.includes(':') ? `[${host}]` : host}:${GATEWAY_PORT}`
}

/** Keys by their id; tokens by whom they stand for, since each of them is used for minutes. */
function credentialUse(database: Queries) {
  const keys = new LastUse((ids) =>
    database.query(`UPDATE "ServiceKey" SET "lastUsedAt" = clock_timestamp() WHERE "id" = ANY($1)`, [ids]),
  )
  const subjects = new LastUse((pairs) =>
    database.query(
      `UPDATE "IdentityBinding" b SET "lastSeenAt" = clock_timestamp()
       FROM unnest($1::jsonb[]) AS p WHERE b."issuer" = p->>0 AND b."subject" = p->>1`,
      [pairs],
    ),
  )
  return {
    used: (credential: Credential) =>
      credential.kind === 'key'
        ? keys.used(credential.id)
        : subjects.used(subjectKey(credential.issuer, credential.subject)),
    start: () => [keys, subjects].forEach((use) => void use.start()),
    stop: () => Promise.all([keys.stop(), subjects.stop()]),
  }
}
