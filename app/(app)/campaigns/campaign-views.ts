import type { CampaignSummary } from '@/components/campaigns/campaign-summary'
import type { RemediationView as BoardView } from '@/components/campaigns/remediation-view'
import type { SignOffSummary } from '@/components/campaigns/sign-off-list'
import type { RemediationView, SignOffView } from '@/lib/campaigns/detail-store'
import { ProbeResult } from '@/lib/campaigns/remediation'
import { signOffSummary } from '@/lib/campaigns/sign-off'
import type { CampaignView } from '@/lib/campaigns/store'

/** Store types to the plain values that cross to the browser. */

export const toCampaignSummary = (campaign: CampaignView): CampaignSummary => ({
  id: campaign.id,
  name: campaign.name,
  status: campaign.status,
  dueAt: campaign.dueAt.toISOString(),
  launchedAt: campaign.launchedAt.toISOString(),
  closedAt: campaign.closedAt?.toISOString() ?? null,
  overdue: campaign.overdue,
  items: campaign.items,
  decided: campaign.decided,
  signedOff: campaign.signedOff,
  byVerdict: campaign.byVerdict,
  unproven:
    campaign.remediations.pending +
    campaign.remediations.applied +
    campaign.remediations.enforced +
    campaign.remediations.failed,
  failed: campaign.remediations.failed,
  proven: campaign.remediations.verified,
})

export const toBoardView = (view: RemediationView): BoardView => ({
  id: view.id,
  itemId: view.itemId,
  verdict: view.verdict,
  identity: view.identity,
  connection: view.connection,
  status: view.status,
  appliedAt: view.appliedAt?.toISOString() ?? null,
  enforcedAt: view.enforcedAt?.toISOString() ?? null,
  verifiedAt: view.verifiedAt?.toISOString() ?? null,
  failure: view.failure,
  probes: view.probes.map((probe) => ({
    gateway: probe.gateway,
    status: probe.status,
    completedAt: probe.completedAt?.toISOString() ?? null,
    results: ProbeResult.array().safeParse(probe.results).data ?? [],
  })),
})

export const toSignOff = (signOff: SignOffView): SignOffSummary => ({
  id: signOff.id,
  reviewer: signOff.reviewer.displayName,
  reviewerName: signOff.reviewer.name,
  signedBy: signOff.signedBy,
  at: signOff.at.toISOString(),
  attestation: signOff.attestation,
  words: signOffSummary(signOff.counts),
})
