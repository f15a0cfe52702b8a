import pg from 'pg'
import { connectPrisma, usePrisma as shareDatabase } from '@/lib/db'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { loadSnapshot } from '@/lib/policies/store'

/** What is asked beside the call path: sessions new to this replica, probes, partitions. */
export interface Queries {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[]; rowCount: number | null }>
}

export interface GatewayDatabase extends Queries {
  loadPolicy(): Promise<PolicySnapshot>
  close(): Promise<void>
}

const CONNECT_MS = 1_500
const STATEMENT_MS = 2_000

/** Opens the connections that are shared; the recorder and the policy feed each have one of their own. */
export function openDatabase(url: string): GatewayDatabase {
  const prisma = connectPrisma(url, 2)
  // Policy is read by the store that web and CLI read it by; see docs/decisions/0005.
  shareDatabase(prisma)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'countersign gateway',
    max: 4,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
  })
  pool.on('error', () => {})
  return {
    query: <Row extends object>(text: string, values?: unknown[]) => pool.query<Row & pg.QueryResultRow>(text, values),
    loadPolicy: loadSnapshot,
    async close() {
      await Promise.all([pool.end(), prisma.$disconnect()].map((ending) => ending.catch(() => {})))
    },
  }
}
