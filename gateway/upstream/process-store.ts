import type { Queries } from '@/gateway/database/open'

/** What is kept of a connection's processes, for whoever has to find out why they do not work. */
export interface StartedProcess {
  id: string
  connectionId: string
  sessionId: string
  replicaId: string
}

export class ProcessStore {
  constructor(private readonly database: Queries) {}

  async started({ id, connectionId, sessionId, replicaId }: StartedProcess): Promise<void> {
    await this.database.query(
      `INSERT INTO "ServerProcess" ("id", "connectionId", "sessionId", "replicaId") VALUES ($1, $2, $3, $4)`,
      [id, connectionId, sessionId, replicaId],
    )
  }

  /** `stderr` is masked. */
  async said(id: string, stderr: string): Promise<void> {
    await this.database.query(`UPDATE "ServerProcess" SET "stderrTail" = $2 WHERE "id" = $1`, [id, stderr])
  }

  async ended(id: string, reason: string, stderr: string): Promise<void> {
    await this.database.query(
      `UPDATE "ServerProcess" SET "endedAt" = clock_timestamp(), "endReason" = $2, "stderrTail" = $3
       WHERE "id" = $1 AND "endedAt" IS NULL`,
      [id, reason, stderr],
    )
  }

  async isLive(replicaId: string): Promise<boolean> {
    const { rows } = await this.database.query(`SELECT 1 FROM "LiveGateway" WHERE "id" = $1`, [replicaId])
    return rows.length > 0
  }
}
