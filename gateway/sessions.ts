import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { Logger } from 'pino'
import { lineageOf } from '@/lib/approvals/binding'
import { newId } from '@/lib/ids'
import { type McpMessage, progressTokenOf, readClientBody } from '@/lib/mcp/message'
import { taskIdsIn } from '@/lib/mcp/tasks'
import { askedBy } from './asked'
import {
  type AskedFor,
  type Caller,
  type ClientInfo,
  OpenQuestions,
  type OwnTasks,
  type PendingRequest,
  Refusal,
  type SessionRef,
  type Sessions,
  type Tasks,
} from './call'
import { placeholderKeyOf, recordable } from './copies'
import type { SessionRow, SessionStore } from './session-store'

const HOUR_MS = 3_600_000
const KEPT = 20_000

/**
 * Which conversation a message belongs to. Known ones are found in memory, others in the database, so that any replica
 * can go on with them. A session id is no credential: a session is its subject's, and nobody else's exists.
 */
export class SessionBook implements Sessions {
  private readonly byId = new Map<string, SessionRef>()
  private readonly byProtocol = new Map<string, SessionRef>()
  private readonly byDerived = new Map<string, SessionRef>()
  /** How each session can be found, to forget it again without a search. */
  private readonly keysOf = new Map<SessionRef, { map: Map<string, SessionRef>; key: string }[]>()
  private readonly derivingKey: Buffer

  constructor(
    private readonly store: SessionStore,
    private readonly tasks: Tasks,
    private readonly secret: string,
    private readonly replicaId: string,
    private readonly log: Logger,
  ) {
    this.derivingKey = Buffer.from(hkdfSync('sha256', secret, 'countersign', 'derived sessions', 32))
  }

  async byProtocolId(caller: Caller, protocolId: string): Promise<SessionRef> {
    const hash = sha256(protocolId)
    const key = protocolKey(caller.connection.id, hash.toString('hex'))
    let session = this.byProtocol.get(key)
    if (session === undefined) {
      const row = await fromDatabase(this.store.byProtocolHash(caller.connection.id, hash))
      if (row !== null && row.endedAt === null && row.endRequestedBy === null) {
        session = this.keep(row, hash.toString('hex'))
      }
    }
    if (session?.identityId !== caller.identityId) throw new Refusal('unknown_session')
    return session
  }

  async derived(caller: Caller, clientName: string): Promise<SessionRef | null> {
    const name = derivedName(caller, clientName)
    const known = this.byDerived.get(name)
    if (known) return known
    const row = await fromDatabase(this.store.byDerivedKey(this.derivedKey(name)))
    const isOpen = row !== null && row.endedAt === null && row.endRequestedBy === null
    return isOpen ? this.keepDerived(row, name, caller, clientName) : null
  }

  async open(caller: Caller, client: ClientInfo, derivedFrom: string | null): Promise<SessionRef> {
    const id = newId('ses')
    const placeholderKey = placeholderKeyOf(this.secret, id)
    const shown = (text: string | null) => (text === null ? null : recordable(text, placeholderKey).slice(0, 200))
    const name = derivedFrom === null ? null : derivedName(caller, derivedFrom)
    const row = await fromDatabase(
      this.store.open({
        id,
        identityId: caller.identityId,
        connectionId: caller.connection.id,
        derivedKey: name === null ? null : this.derivedKey(name),
        credentialId: caller.credential.id,
        // The name of a conversation that only this gateway can go on with; one without a session id begins anew anywhere.
        replicaId: caller.connection.transport === 'stdio' && derivedFrom === null ? this.replicaId : null,
        clientName: shown(client.name),
        clientVersion: shown(client.version),
        protocolVersion: shown(client.protocolVersion),
      }),
    )
    return name === null ? this.keep(row, null) : this.keepDerived(row, name, caller, derivedFrom!)
  }

  async bindProtocolId(session: SessionRef, caller: Caller, protocolId: string): Promise<SessionRef> {
    const hash = sha256(protocolId)
    if (await fromDatabase(this.store.bindProtocolHash(session.id, hash))) {
      session.protocolHash = hash.toString('hex')
      this.index(this.byProtocol, protocolKey(session.connectionId, hash.toString('hex')), session)
      return session
    }
    // Either this conversation goes on in a row that has its own id, or the server gave out an id for the second time:
    // the same subject goes on with it, and another one must not get into it.
    const row = await fromDatabase(this.store.byProtocolHash(caller.connection.id, hash))
    if (row === null) {
      const fresh = await this.open(caller, { name: null, version: null, protocolVersion: null }, null)
      return this.bindProtocolId(fresh, caller, protocolId)
    }
    if (row.identityId !== caller.identityId || row.endedAt !== null) throw new Refusal('upstream_invalid')
    return this.keep(row, hash.toString('hex'))
  }

  async bindStream(session: SessionRef, endpoint: string): Promise<void> {
    const hash = sha256(endpoint)
    if (!(await fromDatabase(this.store.bindProtocolHash(session.id, hash)))) {
      // Some servers have one endpoint for all. Then there can be one conversation at a time, and it is one subject's.
      const other = await fromDatabase(this.store.byProtocolHash(session.connectionId, hash))
      if (other !== null) {
        if (other.endedAt === null && other.identityId !== session.identityId) throw new Refusal('upstream_invalid')
        this.forget(other.id)
        await fromDatabase(this.store.release(other.id, 'replaced by another stream'))
      }
      if (!(await fromDatabase(this.store.bindProtocolHash(session.id, hash)))) throw new Refusal('upstream_invalid')
    }
    session.protocolHash = hash.toString('hex')
    this.index(this.byProtocol, protocolKey(session.connectionId, session.protocolHash), session)
  }

  async bindDerivedKey(session: SessionRef, caller: Caller, clientName: string): Promise<void> {
    if (session.protocolHash !== null) return
    const name = derivedName(caller, clientName)
    if (this.byDerived.get(name) === session) return
    const key = this.derivedKey(name)
    await fromDatabase(this.store.bindDerivedKey(session.id, key))
    const row = await fromDatabase(this.store.byDerivedKey(key))
    if (row) this.keepDerived(row, name, caller, clientName)
  }

  introduced(session: SessionRef, { name, version, protocolVersion }: ClientInfo): void {
    const shown = (text: string | null) =>
      text === null ? null : recordable(text, session.placeholderKey).slice(0, 200)
    session.clientName = shown(name)
    this.store
      .introduced(session.id, session.clientName, shown(version), shown(protocolVersion))
      .catch(() => this.log.warn('could not note who a client is'))
  }

  negotiated(session: SessionRef, protocolVersion: string): void {
    const shown = recordable(protocolVersion, session.placeholderKey).slice(0, 40)
    this.store.negotiated(session.id, shown).catch(() => this.log.warn('could not note a protocol version'))
  }

  async question(session: SessionRef, idSource: string): Promise<PendingRequest | null> {
    if (session.protocolHash === null) return null
    const rpcId = recordable(idSource, session.placeholderKey)
    const row = await fromDatabase(this.store.question(session.id, rpcId))
    const read = row ? readClientBody(row.body) : null
    const message = read?.ok ? read.messages[0] : undefined
    const own = message ? await this.tasks.own(session.identityId, session.connectionId, taskIdsIn(message)) : null
    const asked = message && own ? askedOnce(message, own) : null
    if (!row || message?.kind !== 'request' || asked === null) return null
    return {
      idSource,
      id: message.id,
      method: row.method,
      asked,
      target: message.target,
      progressToken: progressTokenOf(message),
      callId: row.callId,
      reference: row.reference ?? '',
      grantIds: row.grantIds ?? [],
      held: null,
      startedAt: performance.now(),
      refused: null,
      answered: false,
    }
  }

  takeQuestion({ id, placeholderKey }: SessionRef, idSource: string, reference: string): Promise<boolean> {
    return fromDatabase(this.store.takeQuestion(id, recordable(idSource, placeholderKey), reference))
  }

  async giveBackQuestions(session: SessionRef, idSources: readonly string[], reference: string): Promise<void> {
    const rpcIds = idSources.map((idSource) => recordable(idSource, session.placeholderKey))
    await this.store
      .giveBackQuestions(session.id, rpcIds, reference)
      .catch(() => this.log.warn({ reference }, 'an answer that did not get up cannot be said again'))
  }

  async end(session: SessionRef, reason: string): Promise<void> {
    this.forget(session.id)
    await fromDatabase(this.store.end(session.id, reason))
  }

  hashOf(protocolId: string): string {
    return sha256(protocolId).toString('hex')
  }

  stillInFlight(callIds: readonly string[]): Promise<Set<string>> {
    return this.store.stillInFlight(callIds)
  }

  /** For a session that was ended elsewhere, or by a person. */
  forget(id: string): SessionRef | null {
    const session = this.drop(id)
    if (session) session.over = true
    return session
  }

  get knownIds(): string[] {
    return [...this.byId.keys()]
  }

  private drop(id: string): SessionRef | null {
    const session = this.byId.get(id)
    if (!session) return null
    this.byId.delete(id)
    for (const { map, key } of this.keysOf.get(session) ?? []) map.delete(key)
    this.keysOf.delete(session)
    return session
  }

  private keepDerived(row: SessionRow, name: string, { credential }: Caller, clientName: string): SessionRef {
    const session = this.keep(row, null)
    session.lineage = lineageOf({ sessionId: row.id, hasProtocolId: false, credentialId: credential.id, clientName })
    this.index(this.byDerived, name, session)
    return session
  }

  private keep(row: SessionRow, protocolHash: string | null): SessionRef {
    const known = this.byId.get(row.id)
    if (known) {
      if (protocolHash === null || known.protocolHash !== null) return known
      known.protocolHash = protocolHash
      this.index(this.byProtocol, protocolKey(row.connectionId, protocolHash), known)
      return known
    }
    if (this.byId.size >= KEPT) this.drop(this.byId.keys().next().value!)
    const session: SessionRef = {
      id: row.id,
      identityId: row.identityId,
      connectionId: row.connectionId,
      placeholderKey: placeholderKeyOf(this.secret, row.id),
      protocolHash,
      lineage: row.id,
      clientName: row.clientName,
      replicaId: row.replicaId,
      over: false,
      pending: new OpenQuestions(),
    }
    this.byId.set(row.id, session)
    if (protocolHash !== null) this.index(this.byProtocol, protocolKey(row.connectionId, protocolHash), session)
    return session
  }

  private index(map: Map<string, SessionRef>, key: string, session: SessionRef): void {
    map.set(key, session)
    const keys = this.keysOf.get(session)
    if (keys) keys.push({ map, key })
    else this.keysOf.set(session, [{ map, key }])
  }

  /** Equal on every replica, and not to be guessed without the secret. */
  private derivedKey(derivedName: string): Buffer {
    return createHmac('sha256', this.derivingKey).update(derivedName).digest()
  }
}

/** What tells conversations without a protocol session id apart. */
function derivedName({ credential, connection }: Caller, clientName: string): string {
  const hour = Math.floor(Date.now() / HOUR_MS)
  return JSON.stringify([credential.id, connection.id, clientName, hour])
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const protocolKey = (connectionId: string, hashHex: string): string => `${connectionId} ${hashHex}`

/** It was allowed then; what it asked about may be gone from the database since. */
function askedOnce(message: McpMessage, own: OwnTasks): AskedFor | null {
  try {
    return askedBy(message, 'legacy', own)
  } catch {
    return null
  }
}

/** Without the database nothing can be recorded either. */
async function fromDatabase<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch {
    throw new Refusal('recorder_unavailable')
  }
}
