import type { Logger } from 'pino'
import { findKeys, type GetJson, KeysNotFound } from '@/lib/identities/discovery'
import type { TokenHeader } from '@/lib/identities/json-web-token'
import { type IssuerKey, pickKey } from '@/lib/identities/key-set'
import type { PolicyIssuer } from '@/lib/policies/snapshot'
import { areDue, areUsable, type KeyLimits, type KeyTimes, mayFetch } from './key-freshness'

/** Only where the keys come from, by which what was fetched is known to be theirs. */
type KeySource = Pick<PolicyIssuer, 'issuer' | 'jwksUri'>

interface KeptKeys extends KeyTimes {
  source: KeySource
  keys: readonly IssuerKey[]
  thumbprints: ReadonlySet<string>
  wereUsable: boolean
  fetching: Promise<void> | null
}

export interface KeyStatus {
  issuer: string
  keyIds: string[]
  succeeded: boolean
  problem: string | null
}

export interface IssuerKeysOptions {
  get: GetJson
  describeProblem(error: unknown): string
  limits: KeyLimits
  /** Monotonic. */
  now(): number
  log: Logger
  /** After each attempt. */
  attempted(status: KeyStatus): void
  /** What was good is good no more: a key is gone, or all of them are too old. */
  withdrawn(): void
}

/**
 * The public keys of every registered issuer. They are fetched when an issuer appears and again and again beside the calls,
 * so that a call waits for them only when a new key signed its token; and never more often than once in thirty seconds,
 * whatever tokens say.
 */
export class IssuerKeys {
  private readonly kept = new Map<string, KeptKeys>()
  /** When those were last asked that are not registered any more. */
  private readonly leftAt = new Map<string, number | null>()

  constructor(private readonly options: IssuerKeysOptions) {}

  /** Those of the policy and no others. An issuer that comes back is not asked sooner for having been away. */
  use(issuers: Iterable<KeySource>): void {
    const wanted = new Map([...issuers].map((issuer) => [issuer.issuer, issuer]))
    for (const [name, kept] of this.kept) {
      if (wanted.has(name)) continue
      this.kept.delete(name)
      this.leftAt.set(name, kept.attemptedAt)
    }
    for (const [name, source] of wanted) {
      const kept = this.kept.get(name)
      if (kept?.source.jwksUri === source.jwksUri) continue
      // An administrator who names another address is no flood of tokens.
      const attemptedAt = kept === undefined ? (this.leftAt.get(name) ?? null) : null
      this.leftAt.delete(name)
      const nothing = { keys: [], thumbprints: NONE, wereUsable: false, fetching: null, fetchedAt: null }
      this.kept.set(name, { ...nothing, source, attemptedAt })
    }
    this.refresh()
  }

  /** Asks again where it is time to. */
  refresh(): void {
    const { limits, now: clock } = this.options
    const now = clock()
    for (const [name, attemptedAt] of this.leftAt) {
      if (mayFetch({ attemptedAt, fetchedAt: null }, now, limits)) this.leftAt.delete(name)
    }
    let anyEnded = false
    for (const kept of this.kept.values()) {
      if (kept.fetching === null && areDue(kept, now, limits)) void this.fetch(kept)
      const usable = areUsable(kept, now, limits)
      anyEnded ||= kept.wereUsable && !usable
      kept.wereUsable = usable
    }
    // What is under way by a token of theirs is no longer known to be allowed.
    if (anyEnded) this.options.withdrawn()
  }

  /** Why no key can be had is told apart from that there is no such key: one is over soon, the other a forgery. */
  async keyFor(issuer: string, header: TokenHeader): Promise<IssuerKey | 'unavailable' | 'unknown'> {
    const kept = this.kept.get(issuer)
    if (kept === undefined) return 'unknown'
    const known = this.pick(kept, header)
    if (typeof known !== 'string') return known
    if (kept.fetching === null && mayFetch(kept, this.options.now(), this.options.limits)) void this.fetch(kept)
    await kept.fetching
    return this.pick(kept, header)
  }

  /** Whether a token that this key signed is still good: asked on every call, and of everything under way. */
  standing(issuer: string, thumbprint: string): 'good' | 'unavailable' | 'withdrawn' {
    const kept = this.kept.get(issuer)
    if (kept === undefined) return 'withdrawn'
    if (!areUsable(kept, this.options.now(), this.options.limits)) return 'unavailable'
    return kept.thumbprints.has(thumbprint) ? 'good' : 'withdrawn'
  }

  private pick(kept: KeptKeys, header: TokenHeader): IssuerKey | 'unavailable' | 'unknown' {
    if (!areUsable(kept, this.options.now(), this.options.limits)) return 'unavailable'
    return pickKey(kept.keys, header) ?? 'unknown'
  }

  private fetch(kept: KeptKeys): Promise<void> {
    kept.attemptedAt = this.options.now()
    kept.fetching = this.fetchInto(kept).finally(() => {
      kept.fetching = null
    })
    return kept.fetching
  }

  private async fetchInto(kept: KeptKeys): Promise<void> {
    const { issuer } = kept.source
    try {
      const { keys } = await findKeys(kept.source, this.options.get)
      // By when it was asked for: what the answer says may be as old as that.
      kept.fetchedAt = kept.attemptedAt
      const before = kept.thumbprints
      kept.keys = keys
      kept.thumbprints = new Set(keys.map(({ thumbprint }) => thumbprint))
      this.options.attempted({ issuer, keyIds: idsOf(kept), succeeded: true, problem: null })
      if ([...before].some((thumbprint) => !kept.thumbprints.has(thumbprint))) this.options.withdrawn()
    } catch (error) {
      const problem = error instanceof KeysNotFound ? error.message : this.options.describeProblem(error)
      this.options.log.warn({ issuer, problem }, 'the keys of an issuer could not be fetched')
      this.options.attempted({ issuer, keyIds: idsOf(kept), succeeded: false, problem })
    }
  }
}

const NONE: ReadonlySet<string> = new Set()

/** Names are an issuer's to choose, and stand on a screen. */
const idsOf = ({ keys }: KeptKeys): string[] =>
  keys.slice(0, 50).map(({ kid, thumbprint }) => (kid ?? thumbprint).replace(/[^\x20-\x7e]/g, '?').slice(0, 100))
