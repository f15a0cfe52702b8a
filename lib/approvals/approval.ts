import { z } from 'zod'
import type { ApproveRule } from '@/lib/domain'
import { MaskType } from '@/lib/domain'
import type { CompiledRule } from '@/lib/policies/compiled-rule'

/** The words of approvals; what becomes of one is `lifecycle.ts`, who decides `eligible.ts`. */

export const ApprovalStatus = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'void', 'used'])
export type ApprovalStatus = z.infer<typeof ApprovalStatus>

export const ApprovalVerdict = z.enum(['approve', 'deny'])
export type ApprovalVerdict = z.infer<typeof ApprovalVerdict>

const approvers = { people: z.string().array(), groups: z.string().array(), connectionOwner: z.boolean() }

/** What one holding rule asks for, as it was when the call was held. */
export const Requirement = z.object({
  ruleId: z.string(),
  ruleName: z.string(),
  ruleDigest: z.string(),
  approvers: z.object(approvers),
  quorum: z.number().int().min(1),
  expiresAfterSeconds: z.number().int().min(1),
  escalation: z.object({ ...approvers, afterSeconds: z.number().int().min(1) }).nullable(),
  reasonRequired: z.boolean(),
  standing: z.boolean(),
})
export type Requirement = z.infer<typeof Requirement>

export const requirementOf = ({ rule, digest }: CompiledRule<ApproveRule>): Requirement => ({
  ruleId: rule.id,
  ruleName: rule.name,
  ruleDigest: digest,
  approvers: rule.approvers,
  quorum: rule.quorum,
  expiresAfterSeconds: rule.expiresAfterSeconds,
  escalation: rule.escalation,
  reasonRequired: rule.reasonRequired,
  standing: rule.standing,
})

/** Which types are masked once the call is released. */
export const ApprovalMasks = z.object({
  client: MaskType.array().default([]),
  upstream: MaskType.array().default([]),
})
export type ApprovalMasks = z.infer<typeof ApprovalMasks>

export interface Vote {
  identityId: string
  verdict: ApprovalVerdict
  /** Whose seat, when it was delegated; null: the voter's own. */
  onBehalfOfId: string | null
  standingMinutes: number | null
}

export interface Delegation {
  fromId: string
  toId: string
  startsAt: Date
  endsAt: Date
  revokedAt: Date | null
}

/** What is decided on. */
export interface Approval {
  id: string
  status: ApprovalStatus
  requirements: readonly Requirement[]
  createdAt: Date
  expiresAt: Date
  /** Ids of the rules that somebody, or the time, has escalated. */
  escalatedRules: readonly string[]
  votes: readonly Vote[]
}

export const STANDING_MAX_MINUTES = 60
