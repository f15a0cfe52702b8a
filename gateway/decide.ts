import type { RefusalReason } from '@/lib/domain'
import type { ListShape } from '@/lib/mcp/lists'
import type { McpMessage, McpRequest } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import { type Asked, type Decision, evaluate } from '@/lib/policies/evaluate'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { type Caller, type Gateway, type Posted, Refusal, type Ruling } from './call'
import { credentialStanding } from './credential'

type Subject = Pick<Caller, 'identityId'> & { connection: { id: string } }

/** Requests that touch nothing by name: any access to the connection is enough. Each era has its own. */
const OPEN_REQUESTS: Record<Era, ReadonlySet<string>> = {
  legacy: new Set([
    'initialize',
    'ping',
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
    'logging/setLevel',
  ]),
  modern: new Set([
    'server/discover',
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
    'subscriptions/listen',
  ]),
}

const NOTIFICATIONS: Record<Era, ReadonlySet<string>> = {
  legacy: new Set([
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
  ]),
  modern: new Set(['notifications/cancelled']),
}

/** What a client's message asks for. Null for a method its era does not have: what is not understood is refused. */
export function askedBy(message: McpMessage, era: Era): Asked | null {
  if (message.kind === 'response') return OPEN
  if (message.kind === 'notification') return NOTIFICATIONS[era].has(message.method) ? OPEN : null
  switch (message.method) {
    case 'tools/call':
      return { kind: 'tool', name: targetOf(message) }
    case 'prompts/get':
      return { kind: 'prompt', name: targetOf(message) }
    case 'resources/read':
      return { kind: 'resource', uri: targetOf(message) }
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return era === 'legacy' ? { kind: 'resource', uri: targetOf(message) } : null
    case 'completion/complete':
      return askedByReference(message)
    default:
      return OPEN_REQUESTS[era].has(message.method) ? OPEN : null
  }
}

function targetOf({ method, target, id }: McpRequest): string {
  if (target !== null) return target
  throw new Refusal('malformed_request', { detail: `${method} does not say what it is about.`, id })
}

export const OPEN: Asked = { kind: 'open' }

function askedByReference({ params, id }: McpRequest): Asked {
  const { type, name, uri } = (params?.ref ?? {}) as Record<string, unknown>
  if (type === 'ref/prompt' && typeof name === 'string') return { kind: 'prompt', name }
  if (type === 'ref/resource' && typeof uri === 'string') return { kind: 'resource', uri }
  throw new Refusal('malformed_request', { detail: 'completion/complete needs a ref.', id })
}

/** Rules on every message of a body. A batch is decided element by element. */
export function decide(policy: PolicySnapshot, caller: Subject, posted: Posted, now: Date): Ruling[] {
  return posted.messages.map((message) => {
    const asked = askedBy(message, posted.era)
    if (asked === null) {
      // A modern client expects 404 here; a notification gets no answer that could carry an error.
      const status = posted.era === 'modern' ? 404 : message.kind === 'notification' ? 400 : undefined
      throw new Refusal('unknown_method', { id: message.id, status })
    }
    return { message, asked, decision: ask(policy, caller, asked, now) }
  })
}

/** Access to the connection first, so that "nothing at all" and "not this tool" can be told apart. */
export function ask(policy: PolicySnapshot, caller: Subject, asked: Asked, now: Date): Decision {
  const question = { identityId: caller.identityId, connectionId: caller.connection.id, now }
  const open = evaluate(policy, { ...question, asked: OPEN })
  if (open.effect === 'deny' || asked.kind === 'open') return open
  return evaluate(policy, { ...question, asked })
}

/** The same question about traffic that is already under way, its credential included. */
export function stillAllowed(gateway: Gateway, caller: Caller, asked: Asked): Decision {
  if (!gateway.policy.isFresh()) return denied('policy_stale')
  const policy = gateway.policy.current()
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

export interface ListFilter {
  shape: ListShape
  allows(name: string): boolean
}

export function listFilter(policy: PolicySnapshot, caller: Subject, method: string, now: Date): ListFilter | null {
  const list = LISTS.get(method)
  if (!list) return null
  return { shape: list.shape, allows: (name) => ask(policy, caller, list.asks(name), now).effect === 'allow' }
}
