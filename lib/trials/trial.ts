import { createHash } from 'node:crypto'
import { type IdentityKind, type MaskType, matchesAnyGlob, type Redactions, type Rule } from '@/lib/domain'
import {
  answerTo,
  type CallFacts,
  type CompiledRule,
  compileRule,
  type RuleSubject,
  selects,
} from '@/lib/policies/compiled-rule'
import { type Asked, nameInGlobs, subjectOf } from '@/lib/policies/evaluate'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { hasPlaceholder, hideMasked, watching } from './hidden'
import { argumentsOf, countOf, type RecordedCall } from './recorded-call'

export interface TrialCount {
  name: string
  /** Of an identity. */
  kind?: IdentityKind
  calls: number
}

export interface TrialExample {
  callId: string
  sessionId: string
  atMicros: number
  identity: { name: string; kind: IdentityKind }
  connection: string
  target: string
  outcome: RecordedCall['outcome']
  /** Masked, and cut. */
  args: string
  /** Why it is not certain, if it is not. */
  doubt: 'unclear' | 'hidden' | null
}

export interface Trial {
  /** Calls that reached rules, and of those the ones that the rule selects before its condition is asked. */
  looked: number
  selected: number
  /** Those that it would have blocked, held, or in which it would have masked something. */
  acted: number
  /** Of those: what had already been blocked or held; and those whose condition could not be evaluated, which counts as met. */
  already: number
  unclear: number
  byIdentity: TrialCount[]
  byTool: TrialCount[]
  /** What the rule looks at was masked in the recording: as it stands there it would have acted on so many, and not on the rest. */
  hidden: { acted: number; passed: number }
  /** Calls that could not be asked about: their caller or connection is gone, their arguments are no longer kept or too large. */
  unknown: { gone: number; unreadable: number }
  /** approve: how often somebody would have been asked. A call that comes again while it waits asks nobody anew. */
  interruptions: number
  /** mask: values of its types in what clients were answered. */
  masked: Redactions
  /** Of those, what rules masked at the time. */
  maskedAlready: number
  examples: TrialExample[]
}

export const EXAMPLES = 20
/** Of these at least so many may be of calls in doubt, and no more where others are at hand. */
const DOUBTFUL = 5
const COUNTS = 10
const EXAMPLE_LETTERS = 400

/** What one rule would have done to calls of the past, by the functions that rule on live ones. */
export class TrialRun {
  private readonly compiled: CompiledRule
  private readonly trial: Omit<Trial, 'byIdentity' | 'byTool' | 'interruptions' | 'examples'>
  private readonly certain: TrialExample[] = []
  private readonly doubtful: TrialExample[] = []
  private readonly identities = new Map<string, TrialCount>()
  private readonly tools = new Map<string, TrialCount>()
  /** By who asked what in which session: how many of the calls were not told to come again. */
  private readonly asked = new Map<string, number>()

  constructor(
    private readonly rule: Rule,
    private readonly policy: PolicySnapshot,
  ) {
    this.compiled = compileRule(rule)
    this.trial = {
      looked: 0,
      selected: 0,
      acted: 0,
      already: 0,
      unclear: 0,
      hidden: { acted: 0, passed: 0 },
      unknown: { gone: 0, unreadable: 0 },
      masked: {},
      maskedAlready: 0,
    }
  }

  add(call: RecordedCall): void {
    const { trial, rule, policy } = this
    trial.looked++
    const identity = policy.identities.get(call.identityId)
    const connection = policy.connectionsById.get(call.connectionId)
    if (identity === undefined || connection === undefined) {
      trial.unknown.gone++
      return
    }
    if (rule.connections.length > 0 && !matchesAnyGlob(rule.connections, connection.slug)) return
    const asked = askedBy(call)
    const subject = subjectOf(policy, identity, connection, asked, nameInGlobs(asked), new Date(call.atMicros / 1_000))
    if (!selects(this.compiled, subject)) {
      // Of a resource with a masked address it is not known which one it was.
      if (rule.tools.length > 0 && hasPlaceholder(call.target)) trial.hidden.passed++
      return
    }
    trial.selected++
    const said = call.body === null ? null : argumentsOf(call.body)
    if (said === null) {
      trial.unknown.unreadable++
      return
    }
    const session = { id: call.sessionId, client: call.client }
    const verdict = this.verdictOn(call, subject, said, session)
    if (verdict === 'passed') return
    if (verdict === 'hidden') {
      const isMet = answerTo(this.compiled, subject, { args: said.args, session }) !== 'no'
      trial.hidden[isMet ? 'acted' : 'passed']++
      if (isMet) this.keepExample(call, subject, said.text, 'hidden')
      return
    }
    if (rule.effect === 'mask' && this.countMasked(rule.types, rule.direction === 'both', call) === 0) return
    this.count(call, subject, said.text, verdict)
  }

  private verdictOn(
    call: RecordedCall,
    subject: RuleSubject,
    said: { args: unknown; isExact: boolean },
    session: CallFacts['session'],
  ): 'acted' | 'unclear' | 'passed' | 'hidden' {
    if (this.compiled.condition === null) return 'acted'
    // Refused by the gateway: the condition could not compare it.
    if (!said.isExact) return 'unclear'
    const hidden = hideMasked(said.args, countOf(call.hiddenInRequest))
    if (hidden !== null) {
      const { result, isSeen } = watching(() => answerTo(this.compiled, subject, { args: hidden, session }))
      if (isSeen && result === 'unclear') return 'hidden'
    }
    const answer = answerTo(this.compiled, subject, { args: said.args, session })
    return answer === 'yes' ? 'acted' : answer === 'no' ? 'passed' : 'unclear'
  }

  private countMasked(types: readonly MaskType[], bothWays: boolean, call: RecordedCall): number {
    let values = 0
    for (const type of types) {
      const found = (call.hiddenInAnswer[type] ?? 0) + (bothWays ? (call.hiddenInRequest[type] ?? 0) : 0)
      if (found === 0) continue
      this.trial.masked[type] = (this.trial.masked[type] ?? 0) + found
      this.trial.maskedAlready += Math.min(found, call.masked[type] ?? 0)
      values += found
    }
    return values
  }

  private count(call: RecordedCall, subject: RuleSubject, text: string, verdict: 'acted' | 'unclear'): void {
    const { trial } = this
    const { identity, connection } = subject
    trial.acted++
    if (verdict === 'unclear') trial.unclear++
    if (call.outcome === 'blocked' || call.outcome === 'held') trial.already++
    countIn(this.identities, identity.name, { kind: identity.kind })
    countIn(this.tools, `${connection.slug} ${call.target}`)
    const question = createHash('sha256').update(`${call.sessionId} ${call.target} ${text}`).digest('base64')
    this.asked.set(question, (this.asked.get(question) ?? 0) + (call.outcome === 'held' ? 0 : 1))
    this.keepExample(call, subject, text, verdict === 'unclear' ? 'unclear' : null)
  }

  private keepExample(call: RecordedCall, subject: RuleSubject, text: string, doubt: TrialExample['doubt']): void {
    const kept = doubt === null ? this.certain : this.doubtful
    if (kept.length >= EXAMPLES) return
    const { name, kind } = subject.identity
    kept.push({
      callId: call.id,
      sessionId: call.sessionId,
      atMicros: call.atMicros,
      identity: { name, kind },
      connection: subject.connection.slug,
      target: call.target,
      outcome: call.outcome,
      args: text.length > EXAMPLE_LETTERS ? `${text.slice(0, EXAMPLE_LETTERS)}…` : text,
      doubt,
    })
  }

  result(): Trial {
    const interruptions = [...this.asked.values()].reduce((sum, others) => sum + Math.max(others, 1), 0)
    const certain = this.certain.slice(0, EXAMPLES - Math.min(this.doubtful.length, DOUBTFUL))
    const examples = [...certain, ...this.doubtful.slice(0, EXAMPLES - certain.length)]
    return { ...this.trial, byIdentity: most(this.identities), byTool: most(this.tools), interruptions, examples }
  }
}

function askedBy({ method, target }: RecordedCall): Exclude<Asked, { kind: 'open' }> {
  if (method === 'prompts/get') return { kind: 'prompt', name: target }
  return method === 'resources/read' ? { kind: 'resource', uri: target } : { kind: 'tool', name: target }
}

function countIn(counts: Map<string, TrialCount>, name: string, more: { kind?: IdentityKind } = {}): void {
  const known = counts.get(name)
  if (known) known.calls++
  else counts.set(name, { name, ...more, calls: 1 })
}

const most = (counts: ReadonlyMap<string, TrialCount>): TrialCount[] =>
  [...counts.values()].sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1)).slice(0, COUNTS)
