import type { RefusalReason } from '@/lib/domain'
import { type MaskPlan, unionOfPlans } from '@/lib/masking/plan'
import type { ListShape } from '@/lib/mcp/lists'
import { isUnclear } from '@/lib/mcp/message'
import { isCallMethod } from '@/lib/mcp/revisions'
import type { CallFacts } from '@/lib/policies/compiled-rule'
import { type Asked, type Decision, evaluate, planOfWithheld } from '@/lib/policies/evaluate'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { askedBy, OPEN } from './asked'
import {
  type AskedFor,
  type Caller,
  type Gateway,
  type OwnTasks,
  type Posted,
  Refusal,
  type Ruling,
  type SessionRef,
} from './call'
import { UNKNOWN_SESSION, withCallFacts } from './call-facts'
import { credentialStanding } from './credential'

const NO_TASKS: OwnTasks = new Map()

type Subject = Pick<Caller, 'identityId'> & { connection: { id: string } }

/** Rules on every message of a body. A batch is decided element by element. */
export function decide(
  policy: PolicySnapshot,
  caller: Subject,
  posted: Posted,
  now: Date,
  own = NO_TASKS,
  session: CallFacts['session'] = UNKNOWN_SESSION,
): Ruling[] {
  return posted.messages.map((message) => {
    const asked = askedBy(message, posted.era, own)
    if (asked === null) {
      // A modern client expects 404 here; a notification gets no answer that could carry an error.
      const status = posted.era === 'modern' ? 404 : message.kind === 'notification' ? 400 : undefined
      throw new Refusal('unknown_method', { id: message.id, status })
    }
    if (message.kind !== 'request' || !isCallMethod(message.method)) {
      return { message, asked, decision: asIfApproved(ask(policy, caller, asked, now)) }
    }
    const call = withCallFacts(asked, message, posted.text, session)
    const decision = ask(policy, caller, call, now)
    return { message, asked: call, decision: posted.batch ? neverHeld(decision) : decision }
  })
}

/** What follows a call, or leads to one, is not held: the call itself is. */
const asIfApproved = (decision: Decision): Decision => {
  if (decision.effect !== 'hold') return decision
  const { holds: _, ...allowed } = decision
  return { ...allowed, effect: 'allow' }
}

/** The others of a batch would wait with it, or go without the one they may build on. */
const neverHeld = (decision: Decision): Decision =>
  decision.effect === 'hold' ? { effect: 'deny', reason: 'held_in_batch', reasons: decision.reasons } : decision

export function ask(policy: PolicySnapshot, caller: Subject, asked: AskedFor, now: Date): Decision {
  if (asked.kind === 'all') return allOf(asked.of.map((each) => ask(policy, caller, each, now)))
  return evaluate(policy, { identityId: caller.identityId, connectionId: caller.connection.id, asked, now })
}

/** One that is denied is enough. Several things at once are asked by what follows calls, which is not held. */
function allOf(decisions: readonly Decision[]): Decision {
  const allowed: Exclude<Decision, { effect: 'deny' }>[] = []
  for (const decision of decisions) {
    if (decision.effect === 'deny') return decision
    allowed.push(decision)
  }
  const union = (which: 'client' | 'upstream') => unionOfPlans(allowed.map(({ masks }) => masks[which]))
  return {
    effect: 'allow',
    grantIds: [...new Set(allowed.flatMap(({ grantIds }) => grantIds))],
    masks: { client: union('client'), upstream: union('upstream') },
    reasons: allowed.flatMap(({ reasons }) => reasons),
  }
}

/** How a message is recorded that nobody gets, so that no rule on it was asked for its masks. */
export const withheldPlan = (gateway: Gateway, { connection }: Caller): MaskPlan =>
  planOfWithheld(gateway.policy.current(), connection.id)

/** Whether whoever a session belongs to may still use its connection at all, whatever credential they bring. */
export const mayUse = (policy: PolicySnapshot, { identityId, connectionId }: SessionRef): boolean =>
  ask(policy, { identityId, connection: { id: connectionId } }, OPEN, new Date()).effect !== 'deny'

/** The same question about traffic that is already under way, its credential included. */
export function stillAllowed(gateway: Gateway, caller: Caller, asked: AskedFor): Decision {
  if (!gateway.policy.isFresh()) return denied('policy_stale')
  return allowedBy(gateway, gateway.policy.current(), caller, asked)
}

/** By this policy, whether or not it can still be shown to be current. */
export function allowedBy(gateway: Pick<Gateway, 'tokens'>, policy: PolicySnapshot, caller: Caller, asked: AskedFor) {
  const now = new Date()
  const standing = credentialStanding(gateway, policy, caller, now)
  return standing === null ? ask(policy, caller, asked, now) : denied(standing)
}

/**
 * Whether an earlier answer still holds without asking again: the policy is the same, and known to be current. What ends
 * by its date in between is cut by a timer.
 */
export const isUnchanged = (gateway: Gateway, decidedBy: PolicySnapshot | null): boolean =>
  gateway.policy.isFresh() && gateway.policy.current() === decidedBy

const denied = (reason: RefusalReason): Decision => ({ effect: 'deny', reason, reasons: [] })

/** Of which list each answer is made, so that it shows only what could also be called. */
const LISTS = new Map<string, { shape: ListShape; asks(name: string): Asked }>([
  ['tools/list', { shape: { list: 'tools', key: 'name' }, asks: (name) => ({ kind: 'tool', name }) }],
  ['prompts/list', { shape: { list: 'prompts', key: 'name' }, asks: (name) => ({ kind: 'prompt', name }) }],
  ['resources/list', { shape: { list: 'resources', key: 'uri' }, asks: (uri) => ({ kind: 'resource', uri }) }],
  [
    'resources/templates/list',
    { shape: { list: 'resourceTemplates', key: 'uriTemplate' }, asks: (uri) => ({ kind: 'resource', uri }) },
  ],
])

const TASKS: ListShape = { list: 'tasks', key: 'taskId' }

const mayAskAfter = (policy: PolicySnapshot, caller: Subject, tool: string | undefined, now: Date): boolean =>
  tool !== undefined && ask(policy, caller, { kind: 'tool', name: tool }, now).effect !== 'deny'

export interface ListFilter {
  shape: ListShape
  allows(name: string): boolean
}

export function listFilter(
  policy: PolicySnapshot,
  caller: Subject,
  method: string,
  now: Date,
  own = NO_TASKS,
): ListFilter | null {
  if (method === 'tasks/list') return { shape: TASKS, allows: (id) => mayAskAfter(policy, caller, own.get(id), now) }
  const list = LISTS.get(method)
  if (!list) return null
  // A name that no call could carry is in no list.
  const allows = (name: string) => !isUnclear(name) && ask(policy, caller, list.asks(name), now).effect !== 'deny'
  return { shape: list.shape, allows }
}
