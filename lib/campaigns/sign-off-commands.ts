import { z } from 'zod'
import { type Actor, SYSTEM, seesEverything } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, type Tx } from '@/lib/db'
import { Conflict, Forbidden, NotFound, parseInput } from '@/lib/errors'
import { identityStanding } from '@/lib/identities/standing'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { snapshotIn } from '@/lib/policies/store'
import { type Applied, changePolicy, changingPolicy } from '@/lib/policy-version'
import { liveSessionsByPath } from '@/lib/sessions/store'
import {
  clearDecisions,
  type LockedCampaign,
  lockCampaign,
  lockOpenItems,
  type ReviewItem,
  readItems,
  saveDecisions,
} from './item-store'
import { completeCampaigns, settleRemediations, sweepRemediations } from './remediation-commands'
import { mayNotReview } from './reviewers'
import { countVerdicts, removedAccess, type SignOffCounts, signOffSummary } from './sign-off'
import { type AppliedItem, saveRemovals, saveSignOff } from './sign-off-store'

export const DEFAULT_ATTESTATION = 'I have looked at each of these accesses and stand by my decisions.'
export const SILENCE = 'The deadline passed without a decision.'

export const SignOffInput = z.object({
  campaignId: z.string(),
  attestation: z.string().trim().min(1).max(2_000).default(DEFAULT_ATTESTATION),
})
export type SignOffInput = z.input<typeof SignOffInput>

export interface SignedOff {
  signOffId: string | null
  counts: SignOffCounts
  /** "certify 61, revoke 7: 2 live sessions end; reduce 9" */
  summary: string
  remediationIds: string[]
}

/**
 * Makes the reviewer's verdicts true: exclusions, ended grants, a new policy version, sign-off and audit events, in one
 * transaction. Returns once every live gateway has applied it and, normally, refused a probe.
 */
export async function signOff(actor: Actor, input: SignOffInput, now = new Date()): Promise<Applied<SignedOff>> {
  const { campaignId, attestation } = parseInput(SignOffInput, input)
  const reviewerId = actor.id
  if (reviewerId === null) throw new Forbidden('Only a person signs off. Name the reviewer with --as.')
  const applied = await changingPolicy(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    if (campaign === null || !(await mayKnow(tx, actor, campaign))) throw new NotFound('campaign')
    if (campaign.status !== 'open') throw new Conflict(`This campaign is ${campaign.status}.`)
    const items = await lockOpenItems(tx, { campaignId, reviewerId, decided: true })
    if (items.length === 0) throw new Conflict('There is nothing decided to sign off.')
    for (const item of items) {
      const refused = mayNotReview(item.subject, reviewerId)
      if (refused !== null)
        throw new Forbidden(`${item.snapshot.identity.name}: ${refused}. An administrator can hand the item over.`)
    }
    return applySignOff(tx, actor, campaign, reviewerId, items, attestation, now)
  })
  // A gateway that lags now will not have answered in two seconds either; the background sweep sees to it.
  if (applied.lagging.length > 0) await sweepRemediations()
  else await settleRemediations(applied.result.remediationIds)
  return applied
}

/** What signing off would do now, in words. */
export async function previewSignOff(actor: Actor, campaignId: string, now = new Date()): Promise<SignedOff> {
  const reviewerId = actor.id
  if (reviewerId === null) throw new NotFound('campaign')
  const reading = db()
  const decided = await reading.client.campaignItem.findMany({
    where: { campaignId, reviewerId, signOffId: null, verdict: { not: null } },
    select: { id: true, campaign: { select: { fallbackId: true } } },
  })
  const items = await readItems(reading, { id: { in: decided.map(({ id }) => id) } })
  const fallbackId = decided[0]?.campaign.fallbackId ?? ''
  const live = await liveSessionsByPath(reading, items)
  const people = (await snapshotIn(reading)).identities
  const counts = countVerdicts(
    items.map((item) => ({
      verdict: item.verdict!,
      handOver: canTakeOver(people, item.subject, fallbackId, reviewerId, now),
      liveSessions: live.get(`${item.identityId} ${item.connectionId}`) ?? 0,
    })),
  )
  return { signOffId: null, counts, summary: signOffSummary(counts), remediationIds: [] }
}

/**
 * Deadlines that passed: where the campaign says so, what nobody decided is revoked, signed by the system in the silent
 * reviewer's place. Pending verdicts are left to who made them.
 * @returns how many items were revoked.
 */
export async function revokeSilent(now = new Date()): Promise<number> {
  const due = await db().client.campaign.findMany({
    where: {
      status: 'open',
      onSilence: 'revoke',
      dueAt: { lte: now },
      items: { some: { verdict: null, signOffId: null } },
    },
    select: { id: true },
  })
  let revoked = 0
  for (const { id } of due) {
    const { result } = await changingPolicy(async (tx) => {
      const campaign = await lockCampaign(tx, id)
      if (campaign?.status !== 'open' || campaign.onSilence !== 'revoke' || campaign.dueAt > now) return []
      const silent = (await lockOpenItems(tx, { campaignId: id, decided: false })).filter(
        // Ownership moved to the reviewer since: nobody may sign in their place either, an administrator hands it over.
        (item) => mayNotReview(item.subject, item.reviewerId) === null,
      )
      await saveDecisions(
        tx,
        silent.map((item) => ({
          itemId: item.id,
          verdict: 'revoke' as const,
          keepTools: [],
          comment: SILENCE,
          decidedById: null,
          decidedBy: SYSTEM.label,
          decidedAt: now,
        })),
      )
      const remediationIds: string[] = []
      for (const reviewerId of new Set(silent.map((item) => item.reviewerId))) {
        const items = silent
          .filter((item) => item.reviewerId === reviewerId)
          .map((item): ReviewItem => ({ ...item, verdict: 'revoke', comment: SILENCE }))
        const signed = await applySignOff(tx, SYSTEM, campaign, reviewerId, items, SILENCE, now)
        remediationIds.push(...signed.remediationIds)
      }
      return remediationIds
    })
    revoked += result.length
  }
  return revoked
}

async function applySignOff(
  tx: Tx,
  actor: Actor,
  campaign: LockedCampaign,
  reviewerId: string,
  items: readonly ReviewItem[],
  attestation: string,
  now: Date,
): Promise<SignedOff> {
  const policy = await snapshotIn(tx)
  const live = await liveSessionsByPath(tx, [...items])
  const paths = items.map((item) => ({
    item,
    verdict: item.verdict!,
    handOver: canTakeOver(policy.identities, item.subject, campaign.fallbackId, reviewerId, now),
    liveSessions: live.get(`${item.identityId} ${item.connectionId}`) ?? 0,
  }))
  const counts = countVerdicts(paths)
  const handed = paths.filter((path) => path.verdict === 'abstain' && path.handOver).map(({ item }) => item)
  const signed = items.filter((item) => !handed.includes(item))
  await handOver(tx, actor, handed, campaign.fallbackId)

  const removals = signed.filter((item) => item.verdict === 'revoke' || item.verdict === 'reduce')
  // The version is taken before anything is audited: lock order is version, then chain head.
  const version = removals.length > 0 ? await changePolicy(tx) : null
  let signOffId: string | null = null
  if (signed.length > 0) {
    const itemIds = signed.map((item) => item.id)
    signOffId = await saveSignOff(tx, actor, { campaignId: campaign.id, reviewerId, attestation, counts, itemIds, now })
  }
  const applied =
    version === null
      ? []
      : await saveRemovals(
          tx,
          actor,
          campaign,
          removals.map((item) => ({ item, removed: removedAccess(policy, item.snapshot, item.keepTools, now) })),
          version,
          now,
        )
  if (signOffId !== null)
    auditSignOff(tx, actor, { signOffId, campaign, attestation, counts, signed, applied, version })
  await completeCampaigns(tx, now, campaign.id)
  return {
    signOffId,
    counts,
    summary: signOffSummary(counts),
    remediationIds: applied.map((removal) => removal.remediationId),
  }
}

async function handOver(tx: Tx, actor: Actor, items: readonly ReviewItem[], fallbackId: string): Promise<void> {
  for (const item of items) {
    const comment = `Handed over by ${actor.label}${item.comment === null ? '' : `: ${item.comment}`}`
    await clearDecisions(tx, [item.id], { reviewerId: fallbackId, comment })
    recordAudit(tx, actor, {
      action: 'item.handed_over',
      targetType: 'item',
      targetId: item.id,
      identityId: item.identityId,
      connectionId: item.connectionId,
      outcome: 'abstain',
      data: { campaignId: item.campaignId, to: fallbackId, comment: item.comment },
    })
  }
}

function auditSignOff(
  tx: Tx,
  actor: Actor,
  done: {
    signOffId: string
    campaign: LockedCampaign
    attestation: string
    counts: SignOffCounts
    signed: readonly ReviewItem[]
    applied: readonly AppliedItem[]
    version: bigint | null
  },
): void {
  const { signOffId, campaign, counts, attestation } = done
  recordAudit(tx, actor, {
    action: 'campaign.signed_off',
    targetType: 'campaign',
    targetId: campaign.id,
    data: { signOffId, attestation, counts: { ...counts } },
  })
  for (const item of done.signed)
    recordAudit(tx, actor, {
      action: 'item.signed_off',
      targetType: 'item',
      targetId: item.id,
      identityId: item.identityId,
      connectionId: item.connectionId,
      outcome: item.verdict,
      data: { campaignId: campaign.id, signOffId, keepTools: item.keepTools, comment: item.comment },
    })
  for (const { item, exclusionId, remediationId, removed, grantIds } of done.applied) {
    const where = { identityId: item.identityId, connectionId: item.connectionId }
    recordAudit(tx, actor, {
      action: 'exclusion.created',
      targetType: 'exclusion',
      targetId: exclusionId,
      ...where,
      data: {
        campaignItemId: item.id,
        remediationId,
        policyVersion: `${done.version}`,
        except: item.keepTools,
        removedTools: removed.removedTools,
      },
    })
    for (const grantId of grantIds)
      recordAudit(tx, actor, {
        action: 'grant.revoked',
        targetType: 'grant',
        targetId: grantId,
        ...where,
        data: { campaignItemId: item.id },
      })
  }
}

/** An abstained item goes on to the fallback, once, and only where the fallback may review it. */
function canTakeOver(
  people: PolicySnapshot['identities'],
  subject: ReviewItem['subject'],
  fallbackId: string,
  reviewerId: string,
  now: Date,
): boolean {
  const fallback = people.get(fallbackId)
  return (
    fallback !== undefined &&
    fallbackId !== reviewerId &&
    identityStanding(fallback, now) === null &&
    mayNotReview(subject, fallbackId) === null
  )
}

async function mayKnow({ client }: Tx, actor: Actor, campaign: LockedCampaign): Promise<boolean> {
  if (seesEverything(actor) || campaign.createdById === actor.id) return true
  return (await client.campaignItem.count({ where: { campaignId: campaign.id, reviewerId: actor.id! } })) > 0
}
