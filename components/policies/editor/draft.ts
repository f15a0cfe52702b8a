import type { ApproverSet, Escalation, MaskDirection, MaskType, Rule, RuleEffect, RuleSelectors } from '@/lib/domain'
import { EVERY_CALL } from '@/lib/policies/every-call'

type WithoutId<R> = R extends Rule ? Omit<R, 'id'> : never
export type RuleValues = WithoutId<Rule>

/** A rule while it is written: what every effect has, so that changing one's mind about the effect loses nothing. */
export interface RuleDraft extends Omit<RuleSelectors, 'when'> {
  name: string
  effect: RuleEffect
  when: string
  message: string
  approvers: ApproverSet
  quorum: number
  expiresAfterSeconds: number
  escalation: Escalation | null
  standing: boolean
  reasonRequired: boolean
  types: MaskType[]
  fields: string[]
  direction: MaskDirection
}

const NOTHING_YET: RuleDraft = {
  ...EVERY_CALL,
  name: '',
  effect: 'block',
  when: '',
  message: '',
  approvers: { people: [], groups: [], connectionOwner: false },
  quorum: 1,
  expiresAfterSeconds: 900,
  escalation: null,
  standing: false,
  reasonRequired: false,
  types: [],
  fields: [],
  direction: 'client',
}

/** From a rule, or from a part of one to start with. */
export function draftOf(rule: Partial<RuleValues>): RuleDraft {
  const known = Object.fromEntries(Object.entries(rule).filter(([key, value]) => key in NOTHING_YET && value !== null))
  return { ...NOTHING_YET, ...known }
}

/** What would be saved. */
export function valuesOf(draft: RuleDraft): RuleValues {
  const { connections, tools, risks, identities, groups, kinds, hours } = draft
  const when = draft.when.trim() === '' ? null : draft.when.trim()
  const frame = { name: draft.name.trim(), connections, tools, risks, identities, groups, kinds, hours, when }
  switch (draft.effect) {
    case 'block':
      return { ...frame, effect: 'block', message: draft.message.trim() || null }
    case 'approve': {
      const { approvers, quorum, expiresAfterSeconds, escalation, standing, reasonRequired } = draft
      return {
        ...frame,
        effect: 'approve',
        approvers,
        quorum,
        expiresAfterSeconds,
        escalation,
        standing,
        reasonRequired,
      }
    }
    case 'mask': {
      const { types, fields, direction } = draft
      return { ...frame, effect: 'mask', types, fields, direction }
    }
  }
}

/** What a rule cannot do without, and nobody is told of before they try to save it. */
export function missingIn(draft: RuleDraft): string[] {
  const missing: string[] = []
  if (draft.name.trim() === '') missing.push('name')
  if (draft.effect === 'approve' && hasNobody(draft.approvers)) missing.push('approvers')
  if (draft.effect === 'approve' && draft.escalation !== null && hasNobody(draft.escalation)) missing.push('escalation')
  if (draft.effect === 'mask' && draft.types.length + draft.fields.length === 0) missing.push('types')
  return missing
}

const hasNobody = ({ people, groups, connectionOwner }: ApproverSet): boolean =>
  people.length + groups.length === 0 && !connectionOwner

/** Whether it reads as a sentence already. */
export const isSayable = (draft: RuleDraft): boolean => missingIn(draft).every((part) => part === 'name')
