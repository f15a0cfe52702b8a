import type { RuleEffect } from '@/lib/domain'
import type { Trial } from './trial'

/** A trial as both the web app and the command line tell it. */
export interface ToldTrial extends Omit<Trial, 'examples'> {
  days: number
  stoppedAt: Date | null
  medianDecisionMs: number | null
}

const DID: Record<RuleEffect, string> = { block: 'blocked', approve: 'held', mask: 'masked' }

const count = (value: number): string => value.toLocaleString('en-US')
const calls = (value: number): string => `${count(value)} ${value === 1 ? 'call' : 'calls'}`
const was = (value: number): string => (value === 1 ? 'was' : 'were')

/** `Would have blocked 14 of 1,204 calls in 30 days.` */
export function headlineOf(effect: RuleEffect, trial: ToldTrial): string {
  const when = `in ${daysInWords(trial.days)}`
  if (trial.looked === 0) return `No calls were recorded ${when}, so there is nothing to try it on.`
  const of = `of ${calls(trial.looked)} ${when}`
  if (trial.acted === 0) return `Would have ${DID[effect]} none ${of}.`
  if (effect !== 'mask') return `Would have ${DID[effect]} ${count(trial.acted)} ${of}.`
  const values = Object.values(trial.masked).reduce((sum: number, found) => sum + (found ?? 0), 0)
  return `Would have masked ${count(values)} ${values === 1 ? 'value' : 'values'} in ${count(trial.acted)} ${of}.`
}

/** What holding costs people; null for what asks nobody. */
export function costOf(effect: RuleEffect, { interruptions, days, medianDecisionMs }: ToldTrial): string | null {
  if (effect !== 'approve' || interruptions === 0) return null
  const perDay = interruptions / days
  const pace = perDay >= 1 ? `About ${count(Math.round(perDay))} a day` : `About one in ${daysInWords(1 / perDay)}`
  const asked = `${pace}: approvers would have been asked ${interruptions === 1 ? 'once' : `${count(interruptions)} times`}.`
  if (medianDecisionMs === null)
    return `${asked} Nobody has decided on a held call yet, so how long each waits is not known.`
  return `${asked} Half of the decisions so far took less than ${spanInWords(medianDecisionMs)}: some ${spanInWords(medianDecisionMs * interruptions)} of waiting in all.`
}

/** Why the numbers are not the whole truth, most important first. */
export function doubtsOf(effect: RuleEffect, trial: ToldTrial): string[] {
  const { unclear, already, hidden, unknown, stoppedAt, looked } = trial
  const doubts: string[] = []
  const did = DID[effect]
  if (hidden.acted + hidden.passed > 0) {
    doubts.push(
      `${calls(hidden.acted + hidden.passed)} cannot be told: what the rule looks at is masked in the recording. As it stands there, ${count(hidden.acted)} would be ${did}.`,
    )
  }
  if (unclear > 0) {
    doubts.push(
      `Of ${count(unclear)} of those ${did} the condition could not be evaluated, for instance because an argument is missing. That counts as met; has(args.x) asks whether one is there.`,
    )
  }
  if (already > 0) {
    doubts.push(`${count(already)} of those ${was(already)} blocked or held by rules at the time.`)
  }
  if (effect === 'mask' && trial.maskedAlready > 0) {
    doubts.push(
      `${count(trial.maskedAlready)} of those values ${was(trial.maskedAlready)} masked by rules at the time.`,
    )
  }
  if (unknown.unreadable > 0) {
    doubts.push(`Of ${calls(unknown.unreadable)} the arguments are not kept any more, or are too large to try.`)
  }
  if (unknown.gone > 0) doubts.push(`${calls(unknown.gone)} came from or went to what is no longer here.`)
  if (stoppedAt !== null) {
    doubts.push(
      `Only the newest ${calls(looked)} were looked at, back to ${stoppedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    )
  }
  return doubts
}

function daysInWords(days: number): string {
  if (days < 1) {
    const hours = Math.max(1, Math.round(days * 24))
    return `${hours} ${hours === 1 ? 'hour' : 'hours'}`
  }
  const rounded = days < 10 ? Math.round(days * 10) / 10 : Math.round(days)
  return `${rounded} ${rounded === 1 ? 'day' : 'days'}`
}

function spanInWords(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1_000))} s`
  return minutes < 90 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`
}
