import type { Verdict } from '@/lib/domain'
import { evaluate } from '@/lib/policies/evaluate'
import { type PolicySnapshot, pathKey } from '@/lib/policies/snapshot'
import { type ItemSnapshot, isToolName } from './campaign'
import { grantedTools } from './population'

export interface SignOffCounts {
  certify: number
  revoke: number
  reduce: number
  abstain: number
  /** Abstained and handed to the fallback, so not part of this sign-off. */
  handedOver: number
  liveSessions: number
}

export interface DecidedPath {
  verdict: Verdict
  /** An abstained item whose fallback may still review it goes there instead of being closed. */
  handOver: boolean
  liveSessions: number
}

export function countVerdicts(paths: readonly DecidedPath[]): SignOffCounts {
  const counts: SignOffCounts = { certify: 0, revoke: 0, reduce: 0, abstain: 0, handedOver: 0, liveSessions: 0 }
  for (const path of paths) {
    if (path.verdict === 'abstain' && path.handOver) counts.handedOver += 1
    else counts[path.verdict] += 1
    if (path.verdict === 'revoke') counts.liveSessions += path.liveSessions
  }
  return counts
}

/** What signing off will do, in words: "certify 61, revoke 7: 2 live sessions end; reduce 9". */
export function signOffSummary(counts: SignOffCounts): string {
  const parts: { text: string; effect?: string }[] = []
  if (counts.certify > 0) parts.push({ text: `certify ${counts.certify}` })
  if (counts.revoke > 0)
    parts.push({
      text: `revoke ${counts.revoke}`,
      effect:
        counts.liveSessions === 0
          ? undefined
          : counts.liveSessions === 1
            ? '1 live session ends'
            : `${counts.liveSessions} live sessions end`,
    })
  if (counts.reduce > 0) parts.push({ text: `reduce ${counts.reduce}` })
  if (counts.abstain > 0) parts.push({ text: `abstain ${counts.abstain}`, effect: 'access stays as it is' })
  if (counts.handedOver > 0) parts.push({ text: `hand ${counts.handedOver} to the fallback` })
  return parts
    .map(({ text, effect }, index) => {
      const said = effect === undefined ? text : `${text}: ${effect}`
      return index === parts.length - 1 ? said : said + (effect === undefined ? ', ' : '; ')
    })
    .join('')
}

export interface RemovedAccess {
  /** Exact names a probe will try. */
  removedTools: string[]
  /** A tool that must still pass; null when nothing was kept, or when what was kept does not pass today either. */
  keptTool: string | null
}

/** What a probe must find refused, and what it must find allowed, once a verdict is applied. Decided on the policy before. */
export function removedAccess(
  policy: PolicySnapshot,
  snapshot: Pick<ItemSnapshot, 'tools' | 'coversEverything' | 'identity' | 'connection'>,
  keepTools: readonly string[],
  now: Date,
): RemovedAccess {
  const path = { identityId: snapshot.identity.id, connectionId: snapshot.connection.id }
  const names = new Set([
    ...snapshot.tools.map((tool) => tool.name),
    ...grantedTools(policy, path.identityId, path.connectionId, now).map((tool) => tool.name),
  ])
  if (snapshot.coversEverything)
    for (const tool of policy.tools.get(path.connectionId)?.values() ?? []) names.add(tool.name)
  const removedTools = [...names].filter((name) => isToolName(name) && !keepTools.includes(name)).sort()
  const kept = keepTools.find(
    (name) => isToolName(name) && evaluate(policy, { ...path, asked: { kind: 'tool', name }, now }).effect !== 'deny',
  )
  return { removedTools, keptTool: kept ?? null }
}

/** Grants that still lead there after the direct ones are gone: the exclusion stands against them. */
export const remainingPaths = (policy: PolicySnapshot, identityId: string, connectionId: string): string[] => [
  ...new Set(
    (policy.grants.get(pathKey(identityId, connectionId)) ?? []).flatMap((grant) =>
      grant.groupName === null ? [] : [grant.groupName],
    ),
  ),
]
