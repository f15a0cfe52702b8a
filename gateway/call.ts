import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { RefusalReason } from '@/lib/domain'
import type { JsonRpcId, McpMessage } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import type { Asked, Decision } from '@/lib/policies/evaluate'
import type { PolicyConnection, PolicySnapshot } from '@/lib/policies/snapshot'
import type { Endpoint, Place } from './address'
import type { Holds } from './holding/holds'
import type { RecordEntry } from './recorder/entry'
import type { ToolWatch } from './tool-watch'

/** The words of the pipeline: what one stage hands to the next, and what all of them may use. */

export class Refusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    readonly more: {
      /** One sentence beyond the reason's own text. It goes to the client: nothing of upstream, nothing of others. */
      detail?: string
      /** The request it answers. */
      id?: JsonRpcId | null
      /** A JSON-RPC code that the specification prescribes instead of our own. */
      code?: number
      /** What the specification wants in `error.data` beside the reason. */
      data?: Record<string, unknown>
      /** Where the specification prescribes another HTTP status than the reason's usual one. */
      status?: number
      /** The scope that a token lacks. */
      scope?: string | null
      headers?: Record<string, string>
    } = {},
  ) {
    super(reason)
  }
}

export type HoldEnd = 'released' | 'refused' | 'pending' | 'left' | 'cut' | 'failed'

export type Stage = 'identify' | 'parse' | 'decide' | 'record' | 'hold' | 'upstream' | 'deliver'

/** What a trace may say. Ids of our own and names that policy knows too; nothing else that a client or a server chose. */
export interface TraceFacts {
  reference?: string
  httpMethod?: string
  method?: string
  tool?: string
  messages?: number
  connection?: string
  identity?: string
  session?: string
  outcome?: string
  reason?: RefusalReason
}

export interface RequestTrace {
  /** False: nobody looks, so that facts need not be gathered. */
  readonly isOn: boolean
  /** A stage begins, and the one before has ended. */
  stage(stage: Stage): void
  note(facts: TraceFacts): void
  /** Where the request's own header named no trace: the one that its message names. */
  followMeta(traceparent: unknown): void
  /** `traceparent` for upstream; null where the client's own goes on as it is. */
  upward(): string | null
  /** With the status that was answered; 0 when there was nobody to answer. */
  end(status: number): void
}

export const NO_TRACE: RequestTrace = {
  isOn: false,
  stage() {},
  note() {},
  followMeta() {},
  upward: () => null,
  end() {},
}

/** What came in, before anything is known about it. */
export interface Arrival {
  reference: string
  slug: string
  /** How it is spoken to: HTTP+SSE as of 2024-11-05 has a URL of its own. */
  endpoint: Endpoint
  /** There, what a POST is addressed to: what the stream's first event named. */
  mailbox: string | null
  /** The connection's URL in the form it was asked by: what OAuth calls the resource. */
  resource: string
  /** Where its RFC 9728 metadata is; null where no connection was named. */
  metadataUrl: string | null
  request: IncomingMessage
  response: ServerResponse
  trace: RequestTrace
  /** Monotonic: when its headers had come. */
  at: number
  /** The peer's address: all there is to tell unauthenticated callers apart. */
  source: string
}

/**
 * By what a caller proved who it is; with what a change of policy finds it again by. The id stands in the record, and
 * sessions without an id of their own hang on it: so a token's is that of its subject, and outlives a refresh.
 */
export type Credential = { kind: 'key'; id: string; hash: string } | TokenCredential

export interface TokenCredential {
  kind: 'token'
  id: string
  issuer: string
  /** The settings of its issuer by which it was verified. */
  issuerDigest: string
  subject: string
  /** The key that signed it. */
  thumbprint: string
  /** With the leeway in it. */
  endsAt: Date
}

export interface Tokens {
  /** @throws Refusal */
  identify(text: string, slug: string): Promise<{ identityId: string; credential: Credential }>
  /** Why it is worth nothing now. */
  standing(credential: TokenCredential, identityId: string, policy: PolicySnapshot, now: Date): RefusalReason | null
}

export interface Caller {
  identityId: string
  credential: Credential
  connection: PolicyConnection
}

/** A caller's place in the gateway, from the moment it is known who it is until its answer has ended. */
export interface Seat {
  /** Counts bytes of a body as they come. @throws Refusal when the identity holds too many. */
  carry(bytes: number): void
  /** What came as a call is a stream. @throws Refusal */
  becomeStream(): void
  leave(): void
}

/** A POSTed body that can be read in one way only. */
export interface Posted {
  text: string
  bytes: Buffer
  messages: McpMessage[]
  batch: boolean
  era: Era
}

/** What a message asks for: one thing, or several that must all be allowed. */
export type AskedFor = Asked | { kind: 'all'; of: readonly Asked[] }

/** Tasks of one caller, each with the tool whose call it was made of. */
export type OwnTasks = ReadonlyMap<string, string>

/** What the one decision function said about one message. */
export interface Ruling {
  message: McpMessage
  asked: AskedFor
  decision: Decision
  /** Set for what is recorded and goes no further, because there is nobody it could be meant for. */
  ignored?: boolean
}

/** A conversation that is recorded as one. */
export interface SessionRef {
  id: string
  identityId: string
  connectionId: string
  /** HMAC key of this session's placeholders. */
  placeholderKey: Buffer
  protocolHash: string | null
  /** Of which conversation it is a part: without a protocol session id, the same in the next hour's session. */
  lineage: string
  /** What its client calls itself, as it is shown: masked, and never to be believed. */
  clientName: string | null
  /** The only gateway that can go on with it, where its server is a process. */
  replicaId: string | null
  /** Set once it is over: nothing in it will be answered any more. */
  over: boolean
  /**
   * With a protocol session id only: requests whose answers are still to come, by the source text of their id, since a
   * client may fetch them on another stream. Without one, several clients may share the session and use equal ids.
   */
  pending: OpenQuestions
}

/**
 * Of requests with one id only one may be open. Where a client asks twice, an answer on another stream could be to either:
 * a list would be taken for the answer to a ping, and reach the client unfiltered. Then it is nobody's.
 */
export class OpenQuestions {
  private readonly byId = new Map<string, PendingRequest | null>()
  private readonly detached = new Set<PendingRequest>()

  add(request: PendingRequest): void {
    const { idSource } = request
    const open = this.byId.get(idSource)
    if (open !== request) this.byId.set(idSource, this.byId.has(idSource) ? null : request)
  }

  /** Null: asked twice. Undefined: not asked here. */
  get(idSource: string): PendingRequest | null | undefined {
    return this.byId.get(idSource)
  }

  close(request: PendingRequest): void {
    if (this.byId.get(request.idSource) === request) this.byId.delete(request.idSource)
    this.detached.delete(request)
  }

  /** Its exchange is over, and its answer will come on another stream. */
  detach(request: PendingRequest): void {
    this.add(request)
    this.detached.add(request)
  }

  /** Of a session that is over: what nobody else will close any more. */
  takeDetached(): PendingRequest[] {
    const left = [...this.detached].filter(({ answered }) => !answered)
    this.detached.clear()
    return left
  }
}

/** A request that went upstream and is not answered yet. */
export interface PendingRequest {
  idSource: string
  id: JsonRpcId
  method: string
  asked: AskedFor
  /** Masked target, as it is recorded. */
  target: string | null
  /** By which the server may tell how far it is. */
  progressToken: unknown
  /** Null for requests that are no calls. */
  callId: string | null
  reference: string
  grantIds: string[]
  /** Set where it goes upstream because somebody said so. */
  held: HeldFacts | null
  /** Since when it may be upstream. */
  startedAt: number
  /** Set once the client was told that no answer will come. A later answer is recorded as withheld. */
  refused: RefusalReason | null
  answered: boolean
}

/** For the audit event of a call that was held: by what it passed, and how long it waited. */
export interface HeldFacts {
  approvalId?: string
  standingId?: string
  heldMs: number
}

/** An exchange that is under way, as a change of policy finds it. */
export interface OpenExchange {
  caller: Caller
  session: SessionRef
  kind: 'post' | 'stream'
  requests(): Iterable<PendingRequest>
  /** Tells the client and stops releasing. Upstream may still finish; what it says is recorded as withheld. */
  cut(reason: RefusalReason): void
}

export interface PolicyView {
  /** @throws Refusal `policy_stale` when it cannot be shown to be current. */
  current(): PolicySnapshot
  isFresh(): boolean
  /** A server lists this tool with another definition than is known: it counts as changed here until policy is read again. */
  seen(connectionId: string, tool: string, digest: string): void
  /** Until this version is applied here. @throws Refusal `policy_stale` when it cannot be had now. */
  reach(version: bigint): Promise<void>
}

export interface Recorder {
  /** Resolves when durable. @throws Refusal within two seconds. */
  record(entry: RecordEntry): Promise<void>
  recordLater(entry: RecordEntry): void
}

export interface UpstreamRequest {
  method: 'POST' | 'GET' | 'DELETE'
  caller: Caller
  session: SessionRef
  era: Era
  /** As the client sent them: what of them goes up is the sender's to choose. */
  sent: IncomingHttpHeaders
  /** Null where the client's own goes on as it is. */
  traceparent?: string | null
  /** What the body says; null without one. */
  posted: Posted | null
  /** As it goes up: with what rules mask masked. */
  body: Buffer | null
  /** HTTP+SSE (2024-11-05): where on the server its stream's messages go. */
  endpoint: string | null
}

export interface UpstreamAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Readable
}

/** A request on its way. */
export interface Sent {
  /** Rejects with a Refusal. */
  answer: Promise<UpstreamAnswer>
  /** Closes the connection to upstream, before or after the answer. */
  abort(): void
}

export interface ClientInfo {
  name: string | null
  version: string | null
  protocolVersion: string | null
}

export interface Sessions {
  /** By the header. @throws Refusal `unknown_session` also when it belongs to somebody else. */
  byProtocolId(caller: Caller, protocolId: string): Promise<SessionRef>
  /** The conversation of this credential, connection, client name and hour, if there is one. */
  derived(caller: Caller, clientName: string): Promise<SessionRef | null>
  /** `derivedFrom`: the client name of a conversation that will have no protocol session id. */
  open(caller: Caller, client: ClientInfo, derivedFrom: string | null): Promise<SessionRef>
  /** The server gave the conversation an id: before anyone else learns it. May answer with another, earlier session. */
  bindProtocolId(session: SessionRef, caller: Caller, protocolId: string): Promise<SessionRef>
  /** HTTP+SSE (2024-11-05): the same for the endpoint of a stream, which is one conversation for as long as it is open. */
  bindStream(session: SessionRef, endpoint: string): Promise<void>
  bindDerivedKey(session: SessionRef, caller: Caller, clientName: string): Promise<void>
  /** Who the client says it is, where that comes after the session was opened. For display only: nobody waits for it. */
  introduced(session: SessionRef, client: ClientInfo): void
  /** Which revision the two sides agreed on. For display only: nobody waits for it. */
  negotiated(session: SessionRef, protocolVersion: string): void
  /** False unless the server asked this in the session, through whichever replica, and nobody else has answered. */
  takeQuestion(session: SessionRef, idSource: string, reference: string): Promise<boolean>
  /** What was taken and did not get up. */
  giveBackQuestions(session: SessionRef, idSources: readonly string[], reference: string): Promise<void>
  /** What an answer that comes on another replica than its question belongs to. */
  question(session: SessionRef, idSource: string): Promise<PendingRequest | null>
  end(session: SessionRef, reason: string): Promise<void>
  /** Of these calls, those that no replica has closed. */
  stillInFlight(callIds: readonly string[]): Promise<Set<string>>
  /** As it is kept of a protocol session id. */
  hashOf(protocolId: string): string
}

export interface Tasks {
  /** Before anyone learns its id. @throws Refusal `upstream_invalid` when it is somebody else's. */
  bind(
    connectionId: string,
    taskId: string,
    owner: { identityId: string; tool: string; callId: string | null },
  ): Promise<void>
  /** Of these tasks, those of this identity. */
  own(identityId: string, connectionId: string, taskIds: readonly string[]): Promise<OwnTasks>
}

/** What a server may say of what it was sent. */
export interface Echo {
  mayBeIn(bytes: Buffer): boolean
  /** The very same text when there is nothing of ours in it. */
  clean(text: string): string
}

export interface Gateway {
  name: string
  publicUrl: string
  webUrl: string
  /** Under which names and URLs connections are found. */
  place: Place
  origins: ReadonlySet<string>
  policy: PolicyView
  recorder: Recorder
  sessions: Sessions
  tasks: Tasks
  /** Text that a client carries for a server, readable here only and only for what it was sealed for. */
  requestStates: { seal(text: string, boundTo: string): string; open(sealed: string, boundTo: string): string | null }
  holds: Holds
  exchanges: {
    add(exchange: OpenExchange): void
    delete(exchange: OpenExchange): void
    /** Whether this session has a request of that id under way here. */
    isOpen(sessionId: string, id: unknown): boolean
  }
  limits: {
    /** @throws Refusal `rate_limited`, `too_many_calls` or `too_many_streams`. */
    enter(identityId: string, connectionId: string, kind: 'call' | 'stream'): Seat
    /** For what a body holds beside its first request. @throws Refusal `rate_limited` */
    takeMore(identityId: string, connectionId: string, requests: number): void
  }
  send(request: UpstreamRequest): Sent
  /** Takes what we gave a server to prove who we are out of what it says. */
  echoOf(connection: PolicyConnection): Echo
  processes: {
    /** @throws Refusal when the process of this conversation is on another gateway, or gone. */
    requireHere(session: SessionRef): Promise<void>
  }
  legacyStreams: {
    seal(caller: Caller, endpoint: string): string
    /** @throws Refusal `unknown_session` for what was sealed for somebody else. */
    open(caller: Caller, mailbox: string): string
    opened(stream: OpenExchange & { write(event: string): Promise<void> }): void
    closed(stream: OpenExchange): void
    /** Messages of the gateway's own, already recorded. False when they cannot be said there. */
    say(sessionId: string, messages: readonly string[]): Promise<boolean>
  }
  /** Refusals too many or too untimely for an audit event each. */
  tally: {
    add(reason: RefusalReason, source: string): void
    addCaller(reason: RefusalReason, identityId: string, connectionId: string): void
  }
  tokens: Tokens
  toolWatch: Pick<ToolWatch, 'isAsKnown' | 'differs'>
  credentialUsed(credential: Credential): void
  metrics: {
    refused(reason: RefusalReason): void
    called(outcome: string): void
    /** A held call waits no longer. */
    held(end: HoldEnd, seconds: number): void
    /** How long a request took from its headers to upstream. */
    beforeUpstream(seconds: number): void
    upstreamSeconds(seconds: number): void
    /** One fetch of an issuer's keys. */
    keysFetched(outcome: 'ok' | 'failed'): void
  }
  log: Logger
  beginTrace(request: IncomingMessage, reference: string): RequestTrace
  /** About to end: still serving, but every answer is the last one on its connection. */
  isLeaving(): boolean
  /** Refuses whatever is new. */
  isDraining(): boolean
}
