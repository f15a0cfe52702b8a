import { setTimeout as sleep } from 'node:timers/promises'
import { SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, inTransaction, type Tx, tryLock } from '@/lib/db'
import { liveGateways } from '@/lib/policy-version'
import { nextStep, type Step } from './remediation'
import {
  closeProvenCampaigns,
  countUnproven,
  type OpenRemediation,
  openRemediations,
  remindProbes,
  requestProbes,
} from './remediation-store'

/**
 * Takes every remediation as far as the facts allow. Idempotent, and one at a time: whoever finds the lock taken leaves,
 * since the holder does the same work.
 * @returns how many moved.
 */
export async function sweepRemediations(now = new Date()): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'remediations'))) return 0
    const live = await liveGateways(tx)
    let moved = 0
    for (const remediation of await openRemediations(tx)) {
      const step = nextStep(remediation, live, remediation.probes, now)
      if (await take(tx, remediation, step, now)) moved += 1
    }
    moved += await completeCampaigns(tx, now)
    return moved
  })
}

/** Sweeps until these are proven or have failed, for a while: normally a reviewer sees "verified" within a second. */
export async function settleRemediations(ids: readonly string[], waitMs = 2_000): Promise<void> {
  if (ids.length === 0) return
  const deadline = performance.now() + waitMs
  for (;;) {
    await sweepRemediations()
    if ((await countUnproven(db(), ids)) === 0 || (await liveGateways(db())).length === 0) return
    if (performance.now() >= deadline) return
    await sleep(100)
  }
}

/** Closes campaigns (or this one) in which nothing is open or unproven. */
export async function completeCampaigns(tx: Tx, now: Date, only: string | null = null): Promise<number> {
  const closed = await closeProvenCampaigns(tx, now, only)
  for (const campaign of closed)
    recordAudit(tx, SYSTEM, { action: 'campaign.completed', targetType: 'campaign', targetId: campaign.id })
  return closed.length
}

async function take(tx: Tx, remediation: OpenRemediation, step: Step, now: Date): Promise<boolean> {
  const { id } = remediation
  const update = (data: Parameters<typeof tx.client.remediation.update>[0]['data']) =>
    tx.client.remediation.update({ where: { id }, data })
  switch (step.kind) {
    case 'wait':
      if (step.failure === remediation.failure) return false
      await update({ failure: step.failure })
      return false
    case 'remind':
      await remindProbes(tx, id)
      return false
    case 'probe':
      await requestProbes(tx, id, step.attempt, step.replicaIds, now)
      await update({
        attempts: step.attempt,
        ...(step.becomesEnforced ? { status: 'enforced', enforcedAt: now, failure: null } : {}),
      })
      if (step.becomesEnforced) audit(tx, remediation, 'remediation.enforced', { gateways: step.replicaIds })
      return step.becomesEnforced
    case 'verified':
      await update({ status: 'verified', verifiedAt: now, failure: null })
      audit(tx, remediation, 'remediation.verified', {
        gateways: remediation.probes.map((probe) => probe.replicaId),
        attempt: remediation.attempts,
      })
      return true
    case 'failed':
      await update({ status: 'failed', failedAt: now, failure: step.failure })
      audit(tx, remediation, 'remediation.failed', { attempt: remediation.attempts }, step.failure)
      return true
  }
}

const audit = (
  tx: Tx,
  { id, itemId, campaignId, identityId, connectionId }: OpenRemediation,
  action: string,
  data: Record<string, string | number | string[]>,
  reason?: string,
): void =>
  recordAudit(tx, SYSTEM, {
    action,
    targetType: 'remediation',
    targetId: id,
    identityId,
    connectionId,
    reason,
    data: { campaignId, itemId, ...data },
  })
