import { allows } from '@/app/(app)/allows'
import { type AccessDetailView, type AccessRow, pathId } from '@/components/access/access-path'
import { joinWords, plural } from '@/components/format'
import type { Actor } from '@/lib/actor'
import { exclusionOrigins } from '@/lib/campaigns/origin-store'
import { requireMayGrant } from '@/lib/connections/authority'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { isSelf } from '@/lib/identities/authority'
import { listGroups } from '@/lib/identities/detail-store'
import { type AccessDetail, type AccessPath, getAccess, type TriedCall } from '@/lib/policies/access-store'
import { namesMasked } from '@/lib/policies/decision-summary'
import { liveSessionsByPath } from '@/lib/sessions/store'
import { callsByTool, type PathUsage } from '@/lib/sessions/usage-store'

const isTool = (name: string): boolean => !/^(prompt|resource):/.test(name)

export function toAccessRow(path: AccessPath, usage: PathUsage | undefined): AccessRow {
  const { identity, connection, tools } = path
  const running = path.grants.filter((grant) => !grant.expired)
  const ends = running.flatMap((grant) => grant.until ?? []).sort((a, b) => a.getTime() - b.getTime())
  return {
    id: pathId(identity.id, connection.id),
    identity: { id: identity.id, name: identity.name, displayName: identity.displayName, kind: identity.kind },
    connection: { id: connection.id, slug: connection.slug, name: connection.name, risk: connection.risk },
    tools: {
      total: tools.total,
      allowed: tools.allowed.read + tools.allowed.write + tools.allowed.destructive,
      destructive: tools.allowed.destructive,
      used: [...(usage?.byTool.keys() ?? [])].filter(isTool).length,
    },
    calls: usage?.calls ?? 0,
    lastUsedAt: path.lastCallAt?.toISOString() ?? null,
    until: ends[0]?.toISOString() ?? null,
    through: [...new Set(running.map((grant) => (grant.groupName === null ? 'direct' : `group:${grant.groupName}`)))],
    excluded:
      path.exclusions.length === 0 ? null : path.exclusions.some((each) => each.except.length === 0) ? 'all' : 'some',
    closedBy: path.open.effect === 'deny' ? path.open.reason : null,
  }
}

/** One path for the sheet; null for what is no such path, or not the viewer's to see. */
export async function readPath(actor: Actor, id: string, since: Date): Promise<AccessDetailView | null> {
  const [identityId, connectionId] = id.split('~')
  if (!identityId || !connectionId) return null
  const path = { identityId, connectionId }
  const access = await getAccess(db(), actor, path).catch((error: unknown) => {
    if (error instanceof NotFound) return null
    throw error
  })
  if (access === null) return null
  const [used, live, groups, origins] = await Promise.all([
    callsByTool(db(), path, since),
    liveSessionsByPath(db(), [path]),
    listGroups(db()),
    exclusionOrigins(
      db(),
      actor,
      access.exclusions.flatMap((exclusion) => exclusion.campaignItemId ?? []),
    ),
  ])
  const { identity, connection } = access
  const mayGrant = allows(() => requireMayGrant(actor, connection))
  const liveSessions = live.get(`${identityId} ${connectionId}`) ?? 0
  const calls = new Map(used.map((each) => [each.name, each]))
  return {
    identity: { id: identity.id, name: identity.name, displayName: identity.displayName, kind: identity.kind },
    connection: { id: connection.id, slug: connection.slug, name: connection.name, risk: connection.risk },
    closedBy: access.open.effect === 'deny' ? access.open.reason : null,
    liveSessions,
    grants: access.grants.map((grant) => {
      const group = groups.find((each) => each.id === grant.groupId)
      return {
        id: grant.id,
        group: grant.groupName === null ? null : { name: grant.groupName, members: group?.members.length ?? 0 },
        tools: grant.tools,
        until: grant.until?.toISOString() ?? null,
        expired: grant.expired,
        reason: grant.reason,
        grantedBy: grant.grantedBy,
        createdAt: grant.createdAt.toISOString(),
        mayRevoke: mayGrant || (grant.identityId !== null && isSelf(actor, identity)),
        consequence: consequenceOf(access, grant, liveSessions),
      }
    }),
    exclusions: access.exclusions.map((exclusion) => {
      const origin = exclusion.campaignItemId === null ? undefined : origins.get(exclusion.campaignItemId)
      return {
        id: exclusion.id,
        except: exclusion.except,
        reason: exclusion.reason,
        createdBy: exclusion.createdBy,
        createdAt: exclusion.createdAt.toISOString(),
        campaign: origin
          ? {
              name: origin.campaignName,
              href: origin.campaignId === null ? null : `/campaigns/${origin.campaignId}`,
              decidedBy: origin.decidedBy,
            }
          : null,
        mayLift: mayGrant && !isSelf(actor, identity),
      }
    }),
    tools: access.tools.map(({ tool, decision, depends }) => ({
      name: tool.name,
      risk: tool.risk,
      refusedBy: decision.effect === 'deny' ? decision.reason : null,
      effect: decision.effect,
      why: whyOf({ decision, depends }),
      masks: decision.effect === 'deny' ? [] : namesMasked(decision.masks.client),
      calls: calls.get(tool.name)?.calls ?? 0,
      lastUsedAt: calls.get(tool.name)?.lastUsedAt?.toISOString() ?? null,
    })),
  }
}

function consequenceOf(access: AccessDetail, grant: AccessDetail['grants'][number], liveSessions: number): string {
  const others = access.grants.filter((each) => each.id !== grant.id && !each.expired)
  const end = `ends ${plural(liveSessions, 'live session')}`
  const everyone = grant.groupName === null ? '' : ` It acts on every member of ${grant.groupName}.`
  if (grant.expired) return `The grant is over already; it is only taken off the list.${everyone}`
  if (others.length > 0) {
    const ways = others.map((each) => (each.groupName === null ? 'a direct grant' : `the group ${each.groupName}`))
    return `${access.identity.name} keeps access to ${access.connection.name} through ${joinWords([...new Set(ways)])}.${everyone}`
  }
  return `This is the last way in: the next call of ${access.identity.name} is refused${liveSessions > 0 ? `, and it ${end}` : ''}.${everyone}`
}

/** In the words of the sheet: what would happen on a call, and by what. */
export function whyOf({ decision, depends }: TriedCall): string {
  if (decision.effect === 'deny') {
    const [reason] = decision.reasons
    // The sheet tells above who took it away and why.
    if (reason?.kind === 'exclusion') return 'Refused: taken away in a review'
    if (decision.reason === 'ambiguous_request') return `Refused: ${decision.detail}`
    if (reason?.kind === 'silence') return 'Refused: no grant covers it'
    if (reason?.kind === 'rule') return `Would be blocked: rule ${reason.name}`
    return `Refused: ${reason?.text || decision.reason.replaceAll('_', ' ')}`
  }
  const ways = decision.reasons.flatMap((reason) =>
    reason.kind === 'grant' ? [reason.through === null ? 'the direct grant' : `the group ${reason.through}`] : [],
  )
  const unless = depends.map(({ name, effect }) => `rule ${name} ${effect === 'block' ? 'blocks' : 'holds'} it`)
  const open = unless.length === 0 ? '' : `, unless ${joinWords(unless, 'or')}: that depends on its arguments`
  const passes = `by ${joinWords([...new Set(ways)])}${open}`
  if (decision.effect === 'allow') return `Passes ${passes}`
  return `Would be held: ${joinWords(decision.holds.map(({ rule }) => `rule ${rule.name}`))}; then passes ${passes}`
}
