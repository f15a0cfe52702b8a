import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { type Db, db, inTransaction } from '@/lib/db'
import { parseInput } from '@/lib/errors'
import { ruleForAudit } from '@/lib/policies/commands'
import { RuleValues } from '@/lib/policies/rule-input'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { snapshotIn } from '@/lib/policies/store'
import { type Trial, type TrialExample, TrialRun } from './trial'
import { medianDecisionMs, type Place, recordedCalls, recordingStarts } from './trial-store'

export const TryRule = z.object({
  /** As it stands in the editor: neither saved nor in force. */
  rule: RuleValues,
  days: z.number().int().min(1).max(365),
})
export type TryRule = z.input<typeof TryRule>

/** So much is looked at; a trial that stops before the end of its days says so. */
export const TRIAL_LIMITS = { calls: 20_000, ms: 5_000, page: 1_000 }

export interface TrialReport extends Omit<Trial, 'examples'> {
  since: Date
  until: Date
  /** Start of the oldest call that was looked at, where the trial stopped there; null when it saw all of its days. */
  stoppedAt: Date | null
  /** For how many days it speaks. */
  days: number
  /** approve: the time that half of the decisions took less than; null while there was none. */
  medianDecisionMs: number | null
  /** Where in its session's replay each one is, in seconds. */
  examples: (TrialExample & { replayAt: number | null })[]
}

interface Surroundings {
  now?: Date
  /** Milliseconds that only ever grow. */
  clock?: () => number
  limits?: typeof TRIAL_LIMITS
  /** Policy that is not in force either, such as that of a file. */
  policy?: PolicySnapshot
}

/** What a draft of a rule would have done to recorded calls. For whoever may read every recording; each trial is audited. */
export async function tryRule(actor: Actor, input: TryRule, surroundings: Surroundings = {}): Promise<TrialReport> {
  requireRole(actor, 'admin', 'auditor')
  const { rule, days } = parseInput(TryRule, input)
  const now = surroundings.now ?? new Date()
  const policy = surroundings.policy ?? (await snapshotIn(db()))
  const run = new TrialRun({ ...rule, id: 'draft' }, policy)
  const since = new Date(now.getTime() - days * DAY_MS)
  const stoppedAt = await askHistory(run, { since, withAnswers: rule.effect === 'mask' }, surroundings)
  const trial = run.result()
  const report: TrialReport = {
    ...trial,
    since,
    until: now,
    stoppedAt,
    days: stoppedAt === null ? days : Math.max((now.getTime() - stoppedAt.getTime()) / DAY_MS, 1 / 24),
    medianDecisionMs:
      rule.effect === 'approve' ? await medianDecisionMs(db(), new Date(now.getTime() - 90 * DAY_MS)) : null,
    examples: await placeInReplay(db(), trial.examples),
  }
  await inTransaction(async (tx) => {
    recordAudit(tx, actor, {
      action: 'rule.tried',
      targetType: 'rule',
      data: { ...ruleForAudit(rule), days, calls: trial.looked, acted: trial.acted },
    })
  })
  return report
}

const DAY_MS = 86_400_000

const startOf = ({ atMicros }: Place): Date => new Date(atMicros / 1_000)

/** Page by page, newest first. Answers where it stopped short. */
async function askHistory(
  run: TrialRun,
  what: { since: Date; withAnswers: boolean },
  { clock = () => performance.now(), limits = TRIAL_LIMITS }: Surroundings,
): Promise<Date | null> {
  const deadline = clock() + limits.ms
  let before: Place | undefined
  for (let looked = 0; ; ) {
    const limit = Math.min(limits.page, limits.calls - looked)
    const page = await recordedCalls(db(), { ...what, before, limit: limit + 1 })
    const calls = page.slice(0, limit)
    for (const call of calls) {
      run.add(call)
      looked++
      before = call
      if (clock() > deadline) return call === page.at(-1) ? null : startOf(call)
    }
    if (page.length <= limit) return null
    if (looked >= limits.calls) return startOf(before!)
  }
}

async function placeInReplay(db: Db, examples: readonly TrialExample[]): Promise<TrialReport['examples']> {
  const starts = await recordingStarts(db, [...new Set(examples.map(({ sessionId }) => sessionId))])
  return examples.map((example) => {
    const start = starts.get(example.sessionId)
    return { ...example, replayAt: start === undefined ? null : Math.max(example.atMicros - start, 0) / 1_000_000 }
  })
}
