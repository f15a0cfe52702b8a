import { createHash, randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { Refusal, type Sent, type SessionRef, type UpstreamAnswer, type UpstreamRequest } from '@/gateway/call'
import type { OpenedProcess } from '@/lib/connections/opened-process'
import { newId } from '@/lib/ids'
import { maskText } from '@/lib/masking/mask'
import type { Era } from '@/lib/mcp/revisions'
import type { PolicyConnection, PolicySnapshot } from '@/lib/policies/snapshot'
import { describeEnding, type ProcessEnding, ServerProcess } from '@/lib/stdio/server-process'
import { StderrTail, shown } from '@/lib/stdio/stderr-tail'
import { Conversation } from './conversation'
import { type Spoken, spokenBy } from './modern-probe'
import { accepted, jsonAnswer } from './outlet'
import type { ProcessStore } from './process-store'
import { linesOf } from './stdio-lines'

const LONGEST_TURN_MS = 15_000
const LOGGED_LINES_A_TURN = 50

export interface ProcessLimits {
  perGateway: number
  perConnection: number
  idleMs: number
}

export interface ProcessParts {
  replicaId: string
  limits: ProcessLimits
  store: ProcessStore
  commandOf(connection: PolicyConnection): OpenedProcess
  /** Whether someone may still use a connection at all. */
  mayUse(policy: PolicySnapshot, session: SessionRef): boolean
  /** A conversation is over because its process is. */
  sessionOver(session: SessionRef, reason: string): Promise<void>
  /** Records what the gateway itself tells a server, before it does. */
  recordOwn(session: SessionRef, message: string): Promise<void>
  log: Logger
}

interface Running {
  id: string
  connection: PolicyConnection
  session: SessionRef
  era: Era
  process: ServerProcess
  conversation: Conversation
  tail: StderrTail
  loggedLines: number
  /** Why it is being ended, where that is our doing. */
  reason: string | null
}

/**
 * The servers that are processes. A legacy conversation has one of its own, which this gateway names with a session id as
 * a server over HTTP would; requests of 2026-07-28 stand for themselves, and share one until their ids collide.
 */
export class ServerProcesses {
  private readonly running = new Set<Running>()
  private readonly byProtocolHash = new Map<string, Running>()
  private readonly spoken = new Map<string, Promise<Spoken>>()
  private probing = 0
  private readonly timer: NodeJS.Timeout
  /** What is being written down about those that have ended. */
  private readonly settling = new Set<Promise<unknown>>()

  constructor(private readonly parts: ProcessParts) {
    const turnMs = Math.min(LONGEST_TURN_MS, parts.limits.idleMs)
    this.timer = setInterval(() => this.turn(), turnMs).unref()
  }

  get count(): number {
    return this.running.size
  }

  send(request: UpstreamRequest): Sent {
    let isAborted = false
    let leave: (() => void) | null = null
    const whenAborting = (action: () => void) => {
      leave = action
      if (isAborted) action()
    }
    const abort = () => {
      if (isAborted) return
      isAborted = true
      leave?.()
    }
    return { answer: this.answer(request, whenAborting), abort }
  }

  /** @throws Refusal when the conversation's process is elsewhere, or nowhere. */
  async requireHere(session: SessionRef): Promise<void> {
    if (session.protocolHash === null || this.byProtocolHash.has(session.protocolHash)) return
    const { replicaId } = session
    const isElsewhere = replicaId !== null && replicaId !== this.parts.replicaId
    const isLive = isElsewhere && (await this.parts.store.isLive(replicaId).catch(() => true))
    if (isLive) throw new Refusal('wrong_replica', { headers: { connection: 'close' } })
    await this.parts.sessionOver(session, 'its gateway ended')
    throw new Refusal('unknown_session')
  }

  /** The session was ended: by its client, by a person, or because nothing was said in it. */
  endSession(sessionId: string): void {
    for (const running of this.running) if (running.session.id === sessionId) this.end(running, 'its session ended')
  }

  /** After a change of policy: a process that would not be started now does not run on. */
  recheck(policy: PolicySnapshot): void {
    for (const running of this.running) {
      const current = policy.connectionsById.get(running.connection.id)
      if (current === undefined || !runsTheSame(current, running.connection)) {
        this.end(running, 'its connection changed')
      } else if (!this.parts.mayUse(policy, running.session)) this.end(running, 'access ended')
    }
  }

  /** Ends all of them, waits a little for those that go by themselves, and writes down that they have ended. */
  async stop(limitMs: number): Promise<void> {
    clearInterval(this.timer)
    for (const running of this.running) this.end(running, 'its gateway stopped')
    const deadline = performance.now() + limitMs
    while (this.running.size > 0 && performance.now() < deadline) await new Promise((again) => setTimeout(again, 20))
    for (const running of this.running) this.ended(running, { kind: 'stopped' })
    await Promise.allSettled(this.settling)
  }

  private async answer(request: UpstreamRequest, whenAborting: (leave: () => void) => void): Promise<UpstreamAnswer> {
    const { method, session } = request
    const own = this.byProtocolHash.get(session.protocolHash ?? '')
    if (method === 'DELETE') {
      if (own === undefined) return jsonAnswer(405, NO_SESSION)
      this.end(own, 'closed by its client')
      return accepted(200)
    }
    if (method === 'GET') {
      if (own === undefined) return jsonAnswer(405, NO_SESSION)
      const stream = own.conversation.listen()
      if (stream === null) return jsonAnswer(409, ONE_STREAM)
      whenAborting(stream.leave)
      return stream.answer
    }
    return request.era === 'modern' ? this.askModern(request, whenAborting) : this.askLegacy(request, own, whenAborting)
  }

  private async askLegacy(
    request: UpstreamRequest,
    own: Running | undefined,
    whenAborting: (leave: () => void) => void,
  ): Promise<UpstreamAnswer> {
    if (own !== undefined) return this.ask(own, request, {}, whenAborting)
    const isOpening = request.posted?.messages.some(({ method }) => method === 'initialize')
    if (!isOpening) return jsonAnswer(400, NO_SESSION)
    const protocolId = randomUUID()
    const hash = createHash('sha256').update(protocolId).digest('hex')
    const running = this.start(request, 'legacy')
    this.byProtocolHash.set(hash, running)
    return this.ask(running, request, { 'mcp-session-id': protocolId }, whenAborting)
  }

  private async askModern(
    request: UpstreamRequest,
    whenAborting: (leave: () => void) => void,
  ): Promise<UpstreamAnswer> {
    // In the words of the servers clients know, by which they tell the eras apart.
    if (!(await this.speaksModern(request.caller.connection))) return jsonAnswer(400, NOT_INITIALIZED)
    const messages = request.posted?.messages ?? []
    const free = [...this.running].find(
      ({ era, session, conversation }) =>
        era === 'modern' && session.id === request.session.id && conversation.hasRoomFor(messages),
    )
    return this.ask(free ?? this.start(request, 'modern'), request, {}, whenAborting)
  }

  private async ask(
    { conversation, era, session }: Running,
    { posted, body, sent }: UpstreamRequest,
    headers: Record<string, string>,
    whenAborting: (leave: () => void) => void,
  ): Promise<UpstreamAnswer> {
    const lines = linesOf(body!)
    const messages = posted?.messages ?? []
    if (!messages.some(({ kind }) => kind === 'request')) {
      conversation.tell(lines)
      return accepted()
    }
    if (!conversation.hasRoomFor(messages)) return jsonAnswer(400, ID_IN_USE)
    const accept = sent.accept ?? '*/*'
    const takes = {
      json: /application\/(?:json|\*)|\*\/\*/i.test(accept),
      events: /text\/event-stream|\*\/\*/i.test(accept),
    }
    const statusOf = era === 'modern' ? statusOfModern : () => 200
    const asked = conversation.ask({ messages, takes, headers, statusOf }, lines)
    whenAborting(() => {
      const open = asked.open()
      asked.leave()
      // Over stdio there is no stream to close: a cancelled request has to be told.
      if (era === 'modern') for (const id of open) void this.cancel(session, conversation, id)
    })
    return asked.answer
  }

  private async cancel(session: SessionRef, conversation: Conversation, id: string): Promise<void> {
    const message = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`
    try {
      await this.parts.recordOwn(session, message)
      conversation.tell([message])
    } catch {
      // Not recorded, or nobody reads it any more: then the server finishes what nobody waits for.
    }
  }

  private start({ caller, session }: UpstreamRequest, era: Era): Running {
    const { connection } = caller
    this.requireRoom(connection)
    const { command, echo } = this.parts.commandOf(connection)
    const id = newId('prc')
    const mask = (text: string) => maskText(echo.clean(text), session.placeholderKey).text
    const tail = new StderrTail(mask)
    const process = new ServerProcess(command, {
      line: (line) => {
        if (running.conversation.heard(line)) return
        // What is no message goes to nobody; what it is shows where its logs are.
        this.said(running, [`(stdout) ${line.subarray(0, 4_096).toString('utf8')}`], mask)
      },
      stderr: (lines) => this.said(running, lines, mask),
      ended: (ending) => this.ended(running, ending),
    })
    const conversation = new Conversation(process, era)
    const running: Running = {
      id,
      connection,
      session,
      era,
      process,
      conversation,
      tail,
      loggedLines: 0,
      reason: null,
    }
    this.running.add(running)
    const { replicaId, store, log } = this.parts
    store
      .started({ id, connectionId: connection.id, sessionId: session.id, replicaId })
      .catch(() => log.warn({ process: id }, 'could not note that a process was started'))
    log.info({ process: id, slug: connection.slug, session: session.id }, 'process started')
    return running
  }

  private requireRoom(connection: PolicyConnection): void {
    const { perGateway, perConnection } = this.parts.limits
    let here = 0
    for (const running of this.running) if (running.connection.id === connection.id) here++
    if (here >= perConnection || this.running.size + this.probing >= perGateway) {
      throw new Refusal('overloaded', { detail: 'This gateway runs as many processes of servers as it may.' })
    }
  }

  /** Asked once of each command. What could not be started may be repaired by the next time. */
  private async speaksModern(connection: PolicyConnection): Promise<boolean> {
    const key = fingerprintOf(connection)
    let asked = this.spoken.get(key)
    if (asked === undefined) {
      this.requireRoom(connection)
      this.probing++
      asked = spokenBy(this.parts.commandOf(connection)).finally(() => this.probing--)
      this.spoken.set(key, asked)
    }
    const spoken = await asked
    if (typeof spoken === 'string') return spoken === 'modern'
    this.spoken.delete(key)
    throw new Refusal('upstream_unreachable', { detail: spoken.problem })
  }

  private said(running: Running, lines: readonly string[], mask: (text: string) => string): void {
    running.tail.add(lines)
    const room = LOGGED_LINES_A_TURN - running.loggedLines
    if (room <= 0) return
    running.loggedLines += lines.length
    const logged = shown(mask(lines.slice(0, room).join('\n')))
    this.parts.log.info({ process: running.id, slug: running.connection.slug, stderr: logged }, 'a server logged')
  }

  private end(running: Running, reason: string): void {
    running.reason ??= reason
    running.process.stop()
    // It takes nothing more; whoever waits need not wait for it to go.
    this.closeConversation(running, 'unknown_session', undefined)
  }

  private ended(running: Running, ending: ProcessEnding): void {
    if (!this.running.delete(running)) return
    const { id, connection, session, reason } = running
    const why = describeEnding(ending)
    const { store, log } = this.parts
    const noted = store.ended(id, reason ?? why, running.tail.text)
    this.settle(noted.catch(() => log.warn({ process: id }, 'could not note that a process ended')))
    const report = { process: id, slug: connection.slug, session: session.id, reason: reason ?? why }
    if (reason === null) log.warn(report, 'a process ended by itself')
    else log.info(report, 'process ended')
    this.closeConversation(running, 'upstream_unreachable', why)
    if (running.era === 'legacy') this.settle(this.parts.sessionOver(session, reason ?? why))
  }

  private settle(writing: Promise<unknown>): void {
    this.settling.add(writing)
    void writing.finally(() => this.settling.delete(writing))
  }

  private closeConversation(
    running: Running,
    reason: 'unknown_session' | 'upstream_unreachable',
    detail?: string,
  ): void {
    running.conversation.end(new Refusal(reason, { detail }))
    for (const [hash, known] of this.byProtocolHash) if (known === running) this.byProtocolHash.delete(hash)
  }

  /** Keeps streams alive, ends what is idle, and writes down what was logged meanwhile. */
  private turn(): void {
    const now = performance.now()
    for (const running of this.running) {
      const { conversation, tail } = running
      running.loggedLines = 0
      conversation.keepAlive()
      const logged = tail.takeChanged()
      if (logged !== null) this.parts.store.said(running.id, logged).catch(() => {})
      const isIdle = !conversation.isBusy && now - conversation.lastSpokeAt > this.parts.limits.idleMs
      if (isIdle) this.end(running, 'idle')
    }
  }
}

/** What the gateway does with processes, as the pipeline sees it. */
export type Processes = Pick<ServerProcesses, 'requireHere'>

const runsTheSame = (a: PolicyConnection, b: PolicyConnection): boolean => fingerprintOf(a) === fingerprintOf(b)

const fingerprintOf = ({ id, transport, command, args, cwd, envSealed }: PolicyConnection): string =>
  createHash('sha256')
    .update(JSON.stringify([id, transport, command, args, cwd, Buffer.from(envSealed ?? []).toString('base64')]))
    .digest('base64')

/** Streamable HTTP of 2026-07-28 gives a status to what is wrong before a handler runs; by it clients tell the eras apart. */
function statusOfModern(response: string): number {
  const { error } = JSON.parse(response) as { error?: { code?: unknown; data?: { envelope?: unknown } } }
  if (error?.code === -32601) return 404
  const isEnvelope = error?.code === -32602 && error.data?.envelope !== undefined
  return isEnvelope || error?.code === -32021 || error?.code === -32022 ? 400 : 200
}

const rpcError = (code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null })
const NO_SESSION = rpcError(-32000, 'Bad Request: Mcp-Session-Id header is required')
const NOT_INITIALIZED = rpcError(-32000, 'Bad Request: Server not initialized')
const ONE_STREAM = rpcError(-32000, 'Conflict: Only one SSE stream is allowed per session')
const ID_IN_USE = rpcError(-32600, 'A request with this id is open already.')
