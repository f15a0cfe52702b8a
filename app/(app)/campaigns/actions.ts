'use server'

import { answerOf } from '@/app/(app)/action-result'
import type { ActionResult } from '@/components/action-result'
import { requireActor } from '@/lib/auth'
import {
  type CampaignPreview,
  cancelCampaign,
  extendCampaign,
  launchCampaign,
  previewCampaign,
} from '@/lib/campaigns/commands'
import type { LaunchCampaign } from '@/lib/campaigns/launch'
import { DomainError, InvalidInput } from '@/lib/errors'

/** Asked while somebody types: nothing changes, so nothing is read again. */
export async function previewCampaignAction(input: LaunchCampaign): Promise<ActionResult<CampaignPreview>> {
  const actor = await requireActor()
  try {
    return { ok: true, value: await previewCampaign(actor, input), lagging: [] }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { ok: false, message: error.message, problems: error instanceof InvalidInput ? error.problems : [] }
  }
}

export async function launchCampaignAction(input: LaunchCampaign) {
  const actor = await requireActor()
  return answerOf(() => launchCampaign(actor, input))
}

export async function extendCampaignAction(input: { campaignId: string; due: string; reason: string }) {
  const actor = await requireActor()
  return answerOf(() => extendCampaign(actor, input))
}

export async function cancelCampaignAction(input: { campaignId: string; reason: string }) {
  const actor = await requireActor()
  return answerOf(() => cancelCampaign(actor, input))
}
