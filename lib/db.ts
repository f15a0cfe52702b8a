import { PrismaPg } from '@prisma/adapter-pg'
import { type Prisma, PrismaClient } from '@/generated/prisma/client'
import { env } from './env'
import { Unavailable } from './errors'

/** What a store reads through: the pool, or an open transaction. */
export interface Db {
  client: Prisma.TransactionClient
}

/** A transaction, with what must be its last statements (see lib/audit/store.ts). */
export interface Tx extends Db {
  beforeCommit: Map<string, () => Promise<void>>
  /** Set once the transaction changed what may pass; see lib/policy-version.ts. */
  policyVersion: bigint | null
  /** To which chain its audit events go; null is the one that web and CLI share. */
  auditChain: string | null
}

export interface TransactionOptions {
  auditChain?: string
  maxWaitMs?: number
  timeoutMs?: number
}

// Kept on globalThis: the development server reloads modules and must not open a new pool each time.
const holder = globalThis as typeof globalThis & { countersignPrisma?: PrismaClient }

export function prisma(): PrismaClient {
  holder.countersignPrisma ??= connectPrisma(env().DATABASE_URL)
  return holder.countersignPrisma
}

export function connectPrisma(url: string | undefined, poolSize = 10): PrismaClient {
  if (!url)
    throw new Unavailable('DATABASE_URL is not set. `npm start` sets it; set it yourself to run a process alone.')
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: poolSize, connectionTimeoutMillis: 5_000 }),
  })
}

/** Tests and the CLI name their database instead of inheriting one. */
export function usePrisma(client: PrismaClient): void {
  holder.countersignPrisma = client
}

export const db = (): Db => ({ client: prisma() })

export async function inTransaction<T>(
  work: (tx: Tx) => Promise<T>,
  { auditChain, maxWaitMs = 5_000, timeoutMs = 20_000 }: TransactionOptions = {},
): Promise<T> {
  return prisma().$transaction(
    async (client) => {
      const tx: Tx = { client, beforeCommit: new Map(), policyVersion: null, auditChain: auditChain ?? null }
      const result = await work(tx)
      for (const finish of tx.beforeCommit.values()) await finish()
      return result
    },
    { maxWait: maxWaitMs, timeout: timeoutMs },
  )
}

/**
 * One worker at a time for a sweep, until the transaction ends. Whoever gets `false` leaves: the holder does the work.
 */
export async function tryLock({ client }: Tx, name: string): Promise<boolean> {
  const [lock] = await client.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtext(${`countersign ${name}`})) AS "taken"`
  return lock?.taken === true
}

/** The SQLSTATE that a statement of ours failed with; null for anything else. */
export function sqlStateOf(error: unknown): string | null {
  const { code, meta } = error as {
    code?: string
    meta?: { driverAdapterError?: { cause?: { originalCode?: string } } }
  }
  return code === 'P2010' ? (meta?.driverAdapterError?.cause?.originalCode ?? null) : null
}
