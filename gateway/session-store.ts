import type { Queries } from './database/open'

/** The database's side of sessions. Read when a session is new to this replica, never on the path of a known one. */
export interface SessionRow {
  id: string
  identityId: string
  connectionId: string
  endedAt: Date | null
  endRequestedBy: string | null
  clientName: string | null
  replicaId: string | null
}

export interface NewSession {
  id: string
  identityId: string
  connectionId: string
  derivedKey: Buffer | null
  credentialId: string
  replicaId: string | null
  clientName: string | null
  clientVersion: string | null
  protocolVersion: string | null
}

export interface QuestionRow {
  callId: string | null
  method: string
  /** As the client sent it, masked. */
  body: string
  grantIds: string[] | null
  reference: string | null
}

const COLUMNS = `"id", "identityId", "connectionId", "endedAt", "endRequestedBy", "clientName", "replicaId"`

export class SessionStore {
  constructor(private readonly database: Queries) {}

  byProtocolHash(connectionId: string, hash: Buffer): Promise<SessionRow | null> {
    const text = `SELECT ${COLUMNS} FROM "Session" WHERE "connectionId" = $1 AND "protocolSessionHash" = $2`
    return this.first<SessionRow>(text, [connectionId, hash])
  }

  byDerivedKey(key: Buffer): Promise<SessionRow | null> {
    return this.first<SessionRow>(`SELECT ${COLUMNS} FROM "Session" WHERE "derivedKey" = $1`, [key])
  }

  byId(id: string): Promise<SessionRow | null> {
    return this.first<SessionRow>(`SELECT ${COLUMNS} FROM "Session" WHERE "id" = $1`, [id])
  }

  /** Of two replicas that open one derived session at once, both get the same one. */
  async open(session: NewSession): Promise<SessionRow> {
    const row = await this.first<SessionRow>(
      `INSERT INTO "Session" ("id", "identityId", "connectionId", "derivedKey", "credentialId", "clientName",
         "clientVersion", "protocolVersion", "replicaId", "startedAt", "lastSeenAt")
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp(), clock_timestamp())
       ON CONFLICT ("derivedKey") DO UPDATE SET "lastSeenAt" = clock_timestamp() RETURNING ${COLUMNS}`,
      [
        session.id,
        session.identityId,
        session.connectionId,
        session.derivedKey,
        session.credentialId,
        session.clientName,
        session.clientVersion,
        session.protocolVersion,
        session.replicaId,
      ],
    )
    return row!
  }

  /** False when the row has an id of its own already, or the id belongs to another row. */
  async bindProtocolHash(id: string, hash: Buffer): Promise<boolean> {
    try {
      const { rowCount } = await this.database.query(
        `UPDATE "Session" SET "protocolSessionHash" = $2 WHERE "id" = $1 AND "protocolSessionHash" IS NULL
           AND "derivedKey" IS NULL`,
        [id, hash],
      )
      return rowCount === 1
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return false
      throw error
    }
  }

  async bindDerivedKey(id: string, key: Buffer): Promise<void> {
    try {
      await this.database.query(
        `UPDATE "Session" SET "derivedKey" = $2
         WHERE "id" = $1 AND "protocolSessionHash" IS NULL AND "derivedKey" IS NULL`,
        [id, key],
      )
    } catch (error) {
      // Another replica opened this conversation in the same moment; what follows belongs to its row.
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
    }
  }

  async introduced(id: string, name: string | null, version: string | null, protocol: string | null): Promise<void> {
    await this.database.query(
      `UPDATE "Session" SET "clientName" = $2, "clientVersion" = $3, "protocolVersion" = $4
       WHERE "id" = $1 AND "clientName" IS NULL`,
      [id, name, version, protocol],
    )
  }

  async negotiated(id: string, protocolVersion: string): Promise<void> {
    await this.database.query(`UPDATE "Session" SET "protocolVersion" = $2 WHERE "id" = $1`, [id, protocolVersion])
  }

  /** Frees the derived key, so that the conversation's next message opens a session of its own. */
  async end(id: string, reason: string): Promise<void> {
    await this.database.query(
      `WITH ended AS (
         UPDATE "Session" SET "endedAt" = clock_timestamp(), "endReason" = $2, "derivedKey" = NULL
         WHERE "id" = $1 AND "endedAt" IS NULL RETURNING "id")
       SELECT pg_notify('session', "id") FROM ended`,
      [id, reason],
    )
  }

  /** Ends it unless it is over, and frees what it was known by. */
  async release(id: string, reason: string): Promise<void> {
    await this.end(id, reason)
    await this.database.query(`UPDATE "Session" SET "protocolSessionHash" = NULL WHERE "id" = $1`, [id])
  }

  /**
   * The request with this id that went upstream in this session, through whichever replica; null when there were two. One
   * that still waits for people did not.
   */
  async question(sessionId: string, rpcId: string): Promise<QuestionRow | null> {
    const { rows } = await this.database.query<QuestionRow>(
      `SELECT m."callId", m."method", m."body", c."grantIds", c."reference"
       FROM "RecordedMessage" m LEFT JOIN "Call" c ON c."id" = m."callId"
       WHERE m."sessionId" = $1 AND m."direction" = 'client' AND m."kind" = 'request' AND m."rpcId" = $2
         AND m."decision"->>'effect' IN ('allow', 'hold')
         AND (c."id" IS NULL OR c."outcome" IN ('in_flight', 'interrupted'))
       LIMIT 2`,
      [sessionId, rpcId],
    )
    return rows.length === 1 ? rows[0]! : null
  }

  /** Of these calls, those that no replica has closed. */
  async stillInFlight(callIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.query<{ id: string }>(
      `SELECT "id" FROM "Call" WHERE "id" = ANY($1) AND "outcome" = 'in_flight'`,
      [callIds],
    )
    return new Set(rows.map(({ id }) => id))
  }

  /** Of all who answer the server's request with this id, through whichever replica, one gets true. */
  async takeQuestion(sessionId: string, rpcId: string, reference: string): Promise<boolean> {
    const { rowCount } = await this.database.query(
      `UPDATE "ServerRequest" SET "takenBy" = $3 WHERE "sessionId" = $1 AND "rpcId" = $2 AND "takenBy" IS NULL`,
      [sessionId, rpcId, reference],
    )
    return rowCount === 1
  }

  async giveBackQuestions(sessionId: string, rpcIds: readonly string[], reference: string): Promise<void> {
    await this.database.query(
      `UPDATE "ServerRequest" SET "takenBy" = NULL WHERE "sessionId" = $1 AND "rpcId" = ANY($2) AND "takenBy" = $3`,
      [sessionId, rpcIds, reference],
    )
  }

  /** Of these sessions, those that somebody ended or asked to end. */
  async toBeEnded(ids: readonly string[]): Promise<SessionRow[]> {
    const { rows } = await this.database.query<SessionRow>(
      `SELECT ${COLUMNS} FROM "Session"
       WHERE "id" = ANY($1) AND ("endRequestedBy" IS NOT NULL OR "endedAt" IS NOT NULL)`,
      [ids],
    )
    return rows
  }

  private async first<Row extends object>(text: string, values: unknown[]): Promise<Row | null> {
    const { rows } = await this.database.query<Row>(text, values)
    return rows[0] ?? null
  }
}

const UNIQUE_VIOLATION = '23505'
