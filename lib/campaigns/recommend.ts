import type { IdentityKind } from '@/lib/domain'
import type { Recommendation } from './campaign'

export interface PathFacts {
  kind: IdentityKind
  endsAt: Date | null
  disabledAt: Date | null
  /** Null when nobody owns it, or when it is a person. */
  owner: { name: string; left: boolean } | null
  grantedAt: Date
  granted: readonly string[]
  used: readonly string[]
  calls: number
  refused: number
  firstUsedAt: Date | null
  lastUsedAt: Date | null
  windowDays: number
}

const DAY_MS = 86_400_000
/** Access this young had no time to be used. */
const YOUNG_DAYS = 14
/** Access this old that is first used only now is how a forgotten token looks when somebody finds it. */
const DORMANT_DAYS = 60
const WOKE_DAYS = 7

/** What the facts speak for, with the reason in a sentence a reviewer can check against the evidence. */
export function recommend(facts: PathFacts, now: Date): Recommendation {
  const { endsAt, disabledAt, owner, kind, calls, refused, windowDays } = facts
  const after = calls > 0 ? ` It made ${count(calls, 'call')} in the last ${windowDays} days.` : ''
  if (endsAt !== null && endsAt <= now) return revoke(`Ended on ${day(endsAt)}.${after}`)
  if (disabledAt !== null) return revoke(`Disabled on ${day(disabledAt)}.${after}`)
  if (kind !== 'human' && owner === null) return revoke(`Nobody owns it.${after}`)
  if (owner?.left) return revoke(`Its owner ${owner.name} has left.${after}`)

  const age = Math.floor((now.getTime() - facts.grantedAt.getTime()) / DAY_MS)
  if (calls === 0) {
    if (age < YOUNG_DAYS) return look(`Granted ${ago(age)}, and not used yet.`)
    return revoke(`No call in the last ${windowDays} days.`)
  }

  const woke = facts.firstUsedAt === null ? null : (now.getTime() - facts.firstUsedAt.getTime()) / DAY_MS
  if (woke !== null && woke < WOKE_DAYS && age >= DORMANT_DAYS)
    return look(`Silent for long: first used ${ago(Math.floor(woke))}, granted ${ago(age)}.`)
  if (refused >= 5 && refused * 4 >= calls) return look(`${refused} of its ${calls + refused} calls were refused.`)

  const granted = facts.granted.length
  const used = facts.used.filter((name) => facts.granted.includes(name))
  if (used.length > 0 && granted - used.length >= 2 && used.length * 2 <= granted)
    return {
      advice: 'reduce',
      reason: `Uses ${used.length} of ${granted} tools.`,
      keepTools: [...used].sort(),
    }
  const last =
    facts.lastUsedAt === null ? '' : `, last ${ago(Math.floor((now.getTime() - facts.lastUsedAt.getTime()) / DAY_MS))}`
  return {
    advice: 'certify',
    reason: `Used as granted: ${used.length} of ${count(granted, 'tool')}${last}.`,
    keepTools: [],
  }
}

const revoke = (reason: string): Recommendation => ({ advice: 'revoke', reason, keepTools: [] })
const look = (reason: string): Recommendation => ({ advice: 'look', reason, keepTools: [] })
const day = (date: Date): string => date.toISOString().slice(0, 10)
const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`
const ago = (days: number): string => (days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`)
