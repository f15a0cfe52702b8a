import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, db, inTransaction, type Tx } from './db'

/**
 * Marks the transaction as one that changes what may pass. The row lock makes commit order version order; the
 * notification is delivered at commit. Called before anything is audited: lock order is version, then chain head.
 */
export async function changePolicy(tx: Tx): Promise<bigint> {
  if (tx.policyVersion !== null) return tx.policyVersion
  const rows = await tx.client.$queryRaw<{ version: bigint }[]>`
    UPDATE "PolicyVersion" SET "version" = "version" + 1, "changedAt" = clock_timestamp() WHERE "id" = 1
    RETURNING "version"`
  const version = rows[0]!.version
  await tx.client.$executeRaw`SELECT pg_notify('policy', ${version.toString()})`
  tx.policyVersion = version
  return version
}

/**
 * Takes the version's lock before a command reads what it decides on, without changing it yet. So a grant is never added
 * beside an exclusion that another transaction is just laying, and commands never wait for each other in a circle.
 */
export async function lockPolicy(tx: Tx): Promise<void> {
  await tx.client.$executeRaw`SELECT 1 FROM "PolicyVersion" WHERE "id" = 1 FOR UPDATE`
}

export interface Applied<T> {
  result: T
  /** Live gateways that had not applied the change in time. They will, or they stop forwarding: their lease ends. */
  lagging: string[]
}

/** Runs a command that changes policy and returns once every live gateway has applied it, or after `waitMs`. */
export async function changingPolicy<T>(work: (tx: Tx) => Promise<T>, waitMs = 2_000): Promise<Applied<T>> {
  let version: bigint | null = null
  const result = await inTransaction(async (tx) => {
    const value = await work(tx)
    version = tx.policyVersion
    return value
  })
  return { result, lagging: version === null ? [] : await awaitApplied(version, waitMs) }
}

export async function awaitApplied(version: bigint, waitMs: number): Promise<string[]> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const behind = await gatewaysBehind(db(), version)
    if (behind.length === 0 || performance.now() >= deadline) return behind
    await sleep(25)
  }
}

async function gatewaysBehind({ client }: Db, version: bigint): Promise<string[]> {
  const rows = await client.$queryRaw<{ name: string }[]>`
    SELECT "name" FROM "LiveGateway" WHERE "appliedVersion" < ${version} ORDER BY "name"`
  return rows.map((row) => row.name)
}

export interface LiveGateway {
  id: string
  name: string
  url: string
  appliedVersion: bigint
}

/** By the database's clock: replicas whose heartbeat is younger than six seconds. */
export async function liveGateways({ client }: Db): Promise<LiveGateway[]> {
  return client.$queryRaw<
    LiveGateway[]
  >`SELECT "id", "name", "url", "appliedVersion" FROM "LiveGateway" ORDER BY "name"`
}
