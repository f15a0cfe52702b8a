import type { Actor } from '@/lib/actor'
import type { Tx } from '@/lib/db'
import { newId } from '@/lib/ids'
import type { LockedCampaign, ReviewItem } from './item-store'
import type { RemovedAccess, SignOffCounts } from './sign-off'

export interface AppliedItem {
  item: ReviewItem
  exclusionId: string
  remediationId: string
  removed: RemovedAccess
  /** Direct grants that were revoked with it. */
  grantIds: string[]
}

export async function saveSignOff(
  { client }: Tx,
  actor: Actor,
  signed: {
    campaignId: string
    reviewerId: string
    attestation: string
    counts: SignOffCounts
    itemIds: string[]
    now: Date
  },
): Promise<string> {
  const id = newId('sgn', signed.now.getTime())
  await client.signOff.create({
    data: {
      id,
      campaignId: signed.campaignId,
      reviewerId: signed.reviewerId,
      signedBy: actor.label,
      at: signed.now,
      attestation: signed.attestation,
      counts: { ...signed.counts },
    },
  })
  await client.campaignItem.updateMany({ where: { id: { in: signed.itemIds } }, data: { signOffId: id } })
  return id
}

/** Exclusions over every path, the end of direct grants, and the proof that is still to be had: one statement each. */
export async function saveRemovals(
  { client }: Tx,
  actor: Actor,
  campaign: Pick<LockedCampaign, 'id' | 'name'>,
  removals: readonly { item: ReviewItem; removed: RemovedAccess }[],
  policyVersion: bigint,
  now: Date,
): Promise<AppliedItem[]> {
  const applied = removals.map(({ item, removed }) => ({
    item,
    removed,
    exclusionId: newId('exc', now.getTime()),
    remediationId: newId('rem', now.getTime()),
    grantIds: [] as string[],
  }))
  await client.exclusion.createMany({
    data: applied.map(({ item, exclusionId }) => ({
      id: exclusionId,
      identityId: item.identityId,
      connectionId: item.connectionId,
      except: item.keepTools,
      reason: removalReason(campaign.name, item),
      campaignItemId: item.id,
      createdBy: actor.label,
      createdAt: now,
    })),
  })
  await client.remediation.createMany({
    data: applied.map(({ item, removed, remediationId }) => ({
      id: remediationId,
      itemId: item.id,
      status: 'applied' as const,
      policyVersion,
      ...removed,
      createdAt: now,
      appliedAt: now,
    })),
  })
  const revoked = applied.filter(({ item }) => item.verdict === 'revoke')
  const paths = revoked.map(({ item }) => ({
    identityId: item.identityId,
    connectionId: item.connectionId,
    reason: removalReason(campaign.name, item),
  }))
  const grants = await client.$queryRaw<{ id: string; identityId: string; connectionId: string }[]>`
    UPDATE "Grant" g SET "revokedAt" = ${now}, "revokedBy" = ${actor.label}, "revokeReason" = r."reason"
    FROM jsonb_to_recordset(${JSON.stringify(paths)}::jsonb) AS r("identityId" text, "connectionId" text, "reason" text)
    WHERE g."identityId" = r."identityId" AND g."connectionId" = r."connectionId" AND g."revokedAt" IS NULL
    RETURNING g."id", g."identityId", g."connectionId"`
  for (const grant of grants)
    revoked
      .find(({ item }) => item.identityId === grant.identityId && item.connectionId === grant.connectionId)!
      .grantIds.push(grant.id)
  return applied
}

export const removalReason = (campaign: string, item: ReviewItem): string =>
  `${item.verdict === 'reduce' ? 'Reduced' : 'Revoked'} in the review "${campaign}"${
    item.comment === null ? '' : `: ${item.comment}`
  }`
