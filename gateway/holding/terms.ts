import type { Caller, SessionRef } from '@/gateway/call'
import type { OpenedApproval } from '@/gateway/recorder/entry'
import { type Requirement, requirementOf } from '@/lib/approvals/approval'
import { bindingOf, ruleDigestOf } from '@/lib/approvals/binding'
import type { ToolRisk } from '@/lib/domain'
import type { Decision } from '@/lib/policies/evaluate'
import type { PolicySnapshot } from '@/lib/policies/snapshot'

export type HoldDecision = Extract<Decision, { effect: 'hold' }>

/** What one call says, as it would go upstream. */
export interface Said {
  method: string
  /** As the client named it. */
  target: string
  /** Source text of `params`. */
  paramsSource: string
}

/** On what, by this policy, people would have to agree. The call is another one as soon as its binding is. */
export interface Terms {
  binding: Buffer
  toolDigest: string
  ruleDigest: string
  risk: ToolRisk
  requirements: Requirement[]
  masks: OpenedApproval['masks']
}

export function termsOf(
  policy: PolicySnapshot,
  { identityId, connection }: Pick<Caller, 'identityId' | 'connection'>,
  { lineage }: Pick<SessionRef, 'lineage'>,
  { method, target, paramsSource }: Said,
  { holds, masks }: HoldDecision,
  key: Buffer,
): Terms {
  const tool = method === 'tools/call' ? policy.tools.get(connection.id)?.get(target) : undefined
  // As rules see it: of a tool that nobody has seen the worst is assumed.
  const risk = method === 'tools/call' ? (tool?.risk ?? 'destructive') : 'read'
  // A standing approval names no method. What it was given for a prompt must not let a tool of that name be repeated.
  const toolDigest = method === 'tools/call' ? (tool?.digest ?? '') : method
  const ruleDigest = ruleDigestOf(holds.map(({ digest }) => digest))
  const exact = {
    identityId,
    lineage,
    connectionId: connection.id,
    method,
    target,
    paramsSource,
    toolDigest,
    ruleDigest,
  }
  return {
    binding: bindingOf(key, exact),
    toolDigest,
    ruleDigest,
    risk,
    requirements: holds.map(requirementOf),
    masks: { client: [...masks.client.types], upstream: [...masks.upstream.types] },
  }
}
