import type { Db } from '@/lib/db'

export interface GatewayState {
  id: string
  name: string
  url: string
  startedAt: Date
  heartbeatAt: Date
  /** Decimal digits. */
  appliedVersion: string
  live: boolean
}

export interface PolicyState {
  /** The version in force, as decimal digits. */
  version: string
  changedAt: Date
  /** Live ones, and those that fell silent within the last hour without saying that they stop. */
  gateways: GatewayState[]
}

/** Liveness by the database's clock, as enforcement counts it. */
export async function readPolicyState({ client }: Db): Promise<PolicyState> {
  const { version, changedAt } = await client.policyVersion.findUniqueOrThrow({ where: { id: 1 } })
  const gateways = await client.$queryRaw<GatewayState[]>`
    SELECT r."id", r."name", r."url", r."startedAt", r."heartbeatAt", r."appliedVersion"::text AS "appliedVersion",
      EXISTS (SELECT 1 FROM "LiveGateway" l WHERE l."id" = r."id") AS "live"
    FROM "GatewayReplica" r
    WHERE r."stoppedAt" IS NULL AND r."heartbeatAt" > clock_timestamp() - interval '1 hour'
    ORDER BY r."name", r."startedAt"`
  return { version: version.toString(), changedAt, gateways }
}
