import type { CampaignStatus, Verdict } from '@/lib/domain'

/** A campaign in one line; dates are ISO strings. */
export interface CampaignSummary {
  id: string
  name: string
  status: CampaignStatus
  dueAt: string
  launchedAt: string
  closedAt: string | null
  overdue: boolean
  items: number
  decided: number
  signedOff: number
  byVerdict: Record<Verdict, number>
  /** Removals that no probe has proven yet, failed ones included. */
  unproven: number
  failed: number
  proven: number
}
