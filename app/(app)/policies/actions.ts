'use server'

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { appliedAnswerOf, readAnswerOf } from '@/app/(app)/action-result'
import { PLAYGROUND_LIMIT } from '@/components/policies/playground-limit'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { MaskType } from '@/lib/domain'
import { InvalidInput, parseInput } from '@/lib/errors'
import { compileFields } from '@/lib/masking/fields'
import { findSensitive, maskSpans } from '@/lib/masking/mask'
import { placesOf } from '@/lib/masking/places'
import { deleteRule, disableRule, enableRule, type RuleRef, type SaveRule, saveRule } from '@/lib/policies/commands'
import { type AddPackRules, addPackRules } from '@/lib/policies/pack-commands'
import { checkRule } from '@/lib/policies/rule-check-store'
import { type TryRule, tryRule } from '@/lib/trials/commands'

export async function saveRuleAction(input: SaveRule) {
  const actor = await requireActor()
  return appliedAnswerOf(() => saveRule(actor, input))
}

export async function disableRuleAction(input: RuleRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => disableRule(actor, input))
}

export async function enableRuleAction(input: RuleRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => enableRule(actor, input))
}

export async function deleteRuleAction(input: RuleRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => deleteRule(actor, input))
}

/** What is wrong with a rule that is being written, and what is odd about it. */
export async function checkRuleAction({ ruleId, rule }: { ruleId?: string; rule: object }) {
  const actor = await requireActor()
  return readAnswerOf(() => checkRule(db(), actor, rule, ruleId))
}

export async function addPackRulesAction(input: AddPackRules) {
  const actor = await requireActor()
  return appliedAnswerOf(() => addPackRules(actor, input))
}

export async function tryRuleAction(input: TryRule) {
  const actor = await requireActor()
  return readAnswerOf(() => tryRule(actor, input))
}

// Placeholders of the playground match none in a recording: those are keyed per session.
const PLAYGROUND_KEY = randomBytes(32)

const MaskSample = z.object({
  text: z.string().max(PLAYGROUND_LIMIT),
  types: MaskType.array(),
  fields: z.string().array().max(100),
})

/** What the gateway's masker makes of a text. The text is masked and forgotten: no row, no audit event, no log line. */
export async function maskSampleAction(input: z.input<typeof MaskSample>) {
  await requireActor()
  return readAnswerOf(async () => {
    const { text, types, fields } = parseInput(MaskSample, input)
    const compiled = compileFields(fields)
    if (!compiled.ok) throw new InvalidInput(compiled.problem, [{ path: 'fields', message: compiled.problem }])
    const spans = findSensitive(text, types, compiled.fields)
    return { text: maskSpans(text, spans, PLAYGROUND_KEY).text, places: placesOf(text, spans) }
  })
}
