import { createHash } from 'node:crypto'
import { type OwnTasks, Refusal, type Tasks } from './call'
import type { Queries } from './database/open'

const KEPT = 20_000

interface Owner {
  identityId: string
  tool: string
}

/**
 * Whose the tasks of a server are. To the server all of the gateway's callers are one, so it would tell each of them about
 * the tasks of the others. Known ones are found in memory, others in the database, so that any replica knows them.
 */
export class TaskBook implements Tasks {
  private readonly owners = new Map<string, Owner>()

  constructor(private readonly database: Queries) {}

  async bind(connectionId: string, taskId: string, owner: Owner & { callId: string | null }): Promise<void> {
    const hash = sha256(taskId)
    const { rows } = await this.query<Owner>(
      `WITH bound AS (
         INSERT INTO "ServerTask" ("connectionId", "idHash", "identityId", "tool", "callId") VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING "identityId", "tool")
       SELECT * FROM bound
       UNION ALL SELECT "identityId", "tool" FROM "ServerTask" WHERE "connectionId" = $1 AND "idHash" = $2 LIMIT 1`,
      [connectionId, hash, owner.identityId, owner.tool, owner.callId],
    )
    const bound = rows[0] ?? owner
    // The server gives one caller the task of another.
    if (bound.identityId !== owner.identityId) throw new Refusal('upstream_invalid')
    this.keep(keyOf(connectionId, hash), bound)
  }

  async own(identityId: string, connectionId: string, taskIds: readonly string[]): Promise<OwnTasks> {
    const own = new Map<string, string>()
    const unknown = new Map<string, string>()
    for (const id of taskIds) {
      const key = keyOf(connectionId, sha256(id))
      const owner = this.owners.get(key)
      if (owner === undefined) unknown.set(key, id)
      else if (owner.identityId === identityId) own.set(id, owner.tool)
    }
    if (unknown.size === 0) return own
    const { rows } = await this.query<Owner & { idHash: Buffer }>(
      `SELECT "idHash", "identityId", "tool" FROM "ServerTask" WHERE "connectionId" = $1 AND "idHash" = ANY($2)`,
      [connectionId, [...unknown.values()].map(sha256)],
    )
    for (const { idHash, ...owner } of rows) {
      const key = keyOf(connectionId, idHash)
      this.keep(key, owner)
      if (owner.identityId === identityId) own.set(unknown.get(key)!, owner.tool)
    }
    return own
  }

  private keep(key: string, owner: Owner): void {
    if (this.owners.size >= KEPT) this.owners.delete(this.owners.keys().next().value!)
    this.owners.set(key, owner)
  }

  /** Without the database nothing can be recorded either. */
  private async query<Row extends object>(text: string, values: unknown[]) {
    try {
      return await this.database.query<Row>(text, values)
    } catch {
      throw new Refusal('recorder_unavailable')
    }
  }
}

/** An id may be all that a server asks for, so it is kept like a session's. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const keyOf = (connectionId: string, hash: Buffer): string => `${connectionId} ${hash.toString('base64')}`
