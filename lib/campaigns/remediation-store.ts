import type { Db, Tx } from '@/lib/db'
import type { ProbeAnswer, RemediationState } from './remediation'

export interface OpenRemediation extends RemediationState {
  id: string
  itemId: string
  campaignId: string
  identityId: string
  connectionId: string
  /** Of the latest round. */
  probes: ProbeAnswer[]
}

/** What is not proven yet, oldest first. */
export async function openRemediations({ client }: Db): Promise<OpenRemediation[]> {
  const rows = await client.remediation.findMany({
    where: { status: { in: ['applied', 'enforced', 'failed'] } },
    orderBy: { createdAt: 'asc' },
    take: 2_000,
    include: {
      probes: { orderBy: { attempt: 'desc' }, take: 64 },
      item: { select: { campaignId: true, identityId: true, connectionId: true } },
    },
  })
  return rows.map(({ item, probes, ...row }) => ({
    id: row.id,
    itemId: row.itemId,
    ...item,
    status: row.status,
    policyVersion: row.policyVersion ?? 0n,
    attempts: row.attempts,
    failure: row.failure,
    probes: probes.filter((probe) => probe.attempt === row.attempts),
  }))
}

export async function countUnproven({ client }: Db, ids: readonly string[]): Promise<number> {
  return client.remediation.count({ where: { id: { in: [...ids] }, status: { in: ['applied', 'enforced'] } } })
}

/** Probe rows and the notification that wakes the gateways; asking twice is asking once. */
export async function requestProbes(
  { client }: Tx,
  remediationId: string,
  attempt: number,
  replicaIds: readonly string[],
  now: Date,
): Promise<void> {
  await client.probe.createMany({
    data: replicaIds.map((replicaId) => ({ remediationId, replicaId, attempt, requestedAt: now })),
    skipDuplicates: true,
  })
  await remindProbes({ client }, remediationId)
}

export async function remindProbes({ client }: Db, remediationId: string): Promise<void> {
  await client.$executeRaw`SELECT pg_notify('probe', ${remediationId})`
}

/** Everything signed off and everything proven: conditional, and checked once more by the database's own trigger. */
export async function closeProvenCampaigns(
  { client }: Tx,
  now: Date,
  only: string | null,
): Promise<{ id: string; name: string }[]> {
  return client.$queryRaw<{ id: string; name: string }[]>`
    UPDATE "Campaign" c SET "status" = 'completed', "closedAt" = ${now}
    WHERE c."status" = 'open' AND (${only}::text IS NULL OR c."id" = ${only})
      AND NOT EXISTS (SELECT 1 FROM "CampaignItem" i WHERE i."campaignId" = c."id" AND i."signOffId" IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM "CampaignItem" i LEFT JOIN "Remediation" r ON r."itemId" = i."id"
        WHERE i."campaignId" = c."id" AND i."verdict" IN ('revoke', 'reduce')
          AND (r."id" IS NULL OR r."status" <> 'verified'))
    RETURNING c."id", c."name"`
}
