import type { CampaignStatus, IdentityKind, Risk, ToolRisk, Verdict } from '@/lib/domain'

/** What a reviewer sees, as plain values: dates are ISO strings, so that a row crosses to the browser as it is. */

export interface ItemDecision {
  verdict: Verdict
  /** What a reduce leaves: exact names. Empty for every other verdict, and where the server chooses what was used. */
  keepTools: string[]
  comment: string | null
}

/** What a campaign suggests before anybody looked; `look` says that the facts do not settle it. */
export type SuggestedVerdict = 'certify' | 'revoke' | 'reduce' | 'look'

export interface ReviewCampaign {
  id: string
  name: string
  status: CampaignStatus
  dueAt: string
}

export interface ReviewItem {
  id: string
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  risk: Risk
  toolsGranted: number
  toolsUsed: number
  /** A grant covers `*`: tools that nobody has seen yet as well. */
  coversEverything: boolean
  lastUsedAt: string | null
  suggestion: { verdict: SuggestedVerdict; why: string; keepTools: string[] }
  isNew: boolean
  isChanged: boolean
  isUnused: boolean
  /** Groups that lead there: a revoke cannot take the group's grant away, so it lays an exclusion over it. */
  throughGroups: string[]
  /** Sessions that a revocation would end now. */
  liveSessions: number
  decision: ItemDecision | null
  /** Signed off: nothing about it can be changed here any more. */
  signedOff: boolean
}

export interface EvidenceTool {
  name: string
  risk: ToolRisk | null
  calls: number
}

export interface EvidencePath {
  id: string
  /** The group it leads through; null for a direct grant. */
  group: string | null
  tools: string[]
  grantedBy: string
  grantedAt: string
  until: string | null
  reason: string
}

export interface EvidenceSession {
  id: string
  lastSeenAt: string
  live: boolean
  calls: number
  client: string | null
  /** Being asked to review access does not open its recordings. */
  mayOpen: boolean
}

export interface ItemEvidence {
  itemId: string
  owner: string | null
  endsAt: string | null
  /** Why this person reviews it, as said of a third one: "owns crm". */
  reviewerBecause: string
  /** UTC days without gaps, oldest first. */
  days: { day: string; calls: number; refused: number }[]
  calls: number
  refused: number
  /** Calls made after the identity's end date: the story nobody saw. */
  callsSinceEnd: number
  tools: EvidenceTool[]
  paths: EvidencePath[]
  /** Earlier reviews that still stand: "Reduced in the review …". */
  exclusions: { id: string; reason: string; keeps: string[] }[]
  masked: { type: string; count: number }[]
  peers: { count: number; names: string[] }
  previous: {
    itemId: string
    campaign: string
    verdict: Verdict
    by: string | null
    at: string
    comment: string | null
  }[]
  changes: { added: string[]; gone: string[] } | null
  sessions: EvidenceSession[]
}
