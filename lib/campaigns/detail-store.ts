import type { Db } from '@/lib/db'
import type { IdentityKind, RemediationStatus, Verdict } from '@/lib/domain'
import type { ProbeAnswer } from './remediation'
import type { SignOffCounts } from './sign-off'

/** The parts of one campaign's page. `only` is the reviewer whose part it is, or null for all; `getCampaign` says which. */

export interface ReviewerProgress {
  reviewer: { id: string; name: string; displayName: string }
  items: number
  decided: number
  signedOff: number
}

export interface ConnectionProgress {
  connection: { id: string; slug: string; name: string }
  items: number
  decided: number
  signedOff: number
  removed: number
}

export interface RemediationView {
  id: string
  itemId: string
  status: RemediationStatus
  verdict: Verdict
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  keepTools: string[]
  removedTools: string[]
  appliedAt: Date | null
  enforcedAt: Date | null
  verifiedAt: Date | null
  failedAt: Date | null
  /** Why it does not move on, or what went through. */
  failure: string | null
  attempts: number
  probes: { gateway: string; status: ProbeAnswer['status']; completedAt: Date | null; results: unknown }[]
}

export interface SignOffView {
  id: string
  reviewer: { id: string; name: string; displayName: string }
  signedBy: string
  at: Date
  attestation: string
  counts: SignOffCounts
}

export interface AbstainedItem {
  itemId: string
  identity: string
  connection: string
  comment: string | null
}

export async function reviewerProgress(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<ReviewerProgress[]> {
  const rows = await client.$queryRaw<
    { id: string; name: string; displayName: string; items: bigint; decided: bigint; signed: bigint }[]
  >`
    SELECT p."id", p."name", p."displayName", count(*) AS "items", count(i."verdict") AS "decided",
      count(i."signOffId") AS "signed"
    FROM "CampaignItem" i JOIN "Identity" p ON p."id" = i."reviewerId"
    WHERE i."campaignId" = ${campaignId} AND (${only}::text IS NULL OR i."reviewerId" = ${only})
    GROUP BY 1, 2, 3 ORDER BY p."name"`
  return rows.map(({ id, name, displayName, items, decided, signed }) => ({
    reviewer: { id, name, displayName },
    items: Number(items),
    decided: Number(decided),
    signedOff: Number(signed),
  }))
}

export async function connectionProgress(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<ConnectionProgress[]> {
  const rows = await client.$queryRaw<
    { id: string; slug: string; name: string; items: bigint; decided: bigint; signed: bigint; removed: bigint }[]
  >`
    SELECT c."id", c."slug", c."name", count(*) AS "items", count(i."verdict") AS "decided",
      count(i."signOffId") AS "signed", count(*) FILTER (WHERE i."verdict" IN ('revoke', 'reduce')) AS "removed"
    FROM "CampaignItem" i JOIN "Connection" c ON c."id" = i."connectionId"
    WHERE i."campaignId" = ${campaignId} AND (${only}::text IS NULL OR i."reviewerId" = ${only})
    GROUP BY 1, 2, 3 ORDER BY c."name"`
  return rows.map(({ id, slug, name, items, decided, signed, removed }) => ({
    connection: { id, slug, name },
    items: Number(items),
    decided: Number(decided),
    signedOff: Number(signed),
    removed: Number(removed),
  }))
}

export async function remediationBoard(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<RemediationView[]> {
  const rows = await client.remediation.findMany({
    where: { item: { campaignId, ...(only === null ? {} : { reviewerId: only }) } },
    orderBy: { createdAt: 'asc' },
    take: 2_000,
    include: {
      probes: { orderBy: [{ attempt: 'desc' }, { replicaId: 'asc' }], take: 32 },
      item: {
        select: {
          verdict: true,
          keepTools: true,
          identity: { select: { id: true, name: true, displayName: true, kind: true } },
          connection: { select: { id: true, slug: true, name: true } },
        },
      },
    },
  })
  const replicaIds = [...new Set(rows.flatMap((row) => row.probes.map((probe) => probe.replicaId)))]
  const replicas = await client.gatewayReplica.findMany({
    where: { id: { in: replicaIds } },
    select: { id: true, name: true },
  })
  const nameOf = new Map(replicas.map((replica) => [replica.id, replica.name]))
  return rows.map(({ item, probes, policyVersion: _version, createdAt: _created, keptTool: _kept, ...row }) => ({
    ...row,
    verdict: item.verdict!,
    keepTools: item.keepTools,
    identity: item.identity,
    connection: item.connection,
    probes: probes
      .filter((probe) => probe.attempt === row.attempts)
      .map((probe) => ({
        gateway: nameOf.get(probe.replicaId) ?? probe.replicaId,
        status: probe.status,
        completedAt: probe.completedAt,
        results: probe.results,
      })),
  }))
}

export async function signOffs({ client }: Db, campaignId: string, only: string | null): Promise<SignOffView[]> {
  const rows = await client.signOff.findMany({
    where: { campaignId, ...(only === null ? {} : { reviewerId: only }) },
    orderBy: { at: 'asc' },
    include: { reviewer: { select: { id: true, name: true, displayName: true } } },
  })
  return rows.map((row) => ({
    id: row.id,
    reviewer: row.reviewer,
    signedBy: row.signedBy,
    at: row.at,
    attestation: row.attestation,
    counts: row.counts as unknown as SignOffCounts,
  }))
}

export async function abstainedItems(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<AbstainedItem[]> {
  const rows = await client.campaignItem.findMany({
    where: { campaignId, verdict: 'abstain', signOffId: { not: null }, ...(only === null ? {} : { reviewerId: only }) },
    select: {
      id: true,
      comment: true,
      identity: { select: { name: true } },
      connection: { select: { slug: true } },
    },
  })
  return rows.map((row) => ({
    itemId: row.id,
    identity: row.identity.name,
    connection: row.connection.slug,
    comment: row.comment,
  }))
}
