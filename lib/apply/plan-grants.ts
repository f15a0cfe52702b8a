import type { Exclusion } from '@/lib/domain'
import { coveredMessage, exclusionName, isCovered } from '@/lib/policies/coverage'
import { APPLY, type CurrentAccess, type CurrentGrant } from './current'
import type { DesiredGrant } from './document'
import { GROUP_PREFIX } from './references'
import { type PlanFacts, type Step, sameSet, step, updateOrNothing } from './step'

interface Resolved {
  entry: DesiredGrant
  /** Null for what does not exist yet. */
  identityId: string | null
  groupId: string | null
  connectionId: string | null
}

/**
 * A grant has no name, so it is found by subject and connection: first one with the very same tools, then whatever else
 * this file once granted there. So narrowing a list of tools narrows the access instead of adding a second grant.
 */
export function planGrants(grants: readonly DesiredGrant[], facts: PlanFacts): Step[] {
  const resolved = grants.map((entry) => resolve(entry, facts.current))
  const matches = matchGrants(resolved, facts.current.grants)
  return resolved.map((wanted) => planGrant(wanted, matches.get(wanted.entry), facts))
}

function planGrant(wanted: Resolved, known: CurrentGrant | undefined, facts: PlanFacts): Step {
  const { entry } = wanted
  const named = { name: grantName(entry), at: entry.at }
  const exclusions = coveringExclusions(wanted, facts.current)
  const exclusion = exclusions[0]
  if (exclusion !== undefined && wanted.identityId !== null) {
    return {
      ...step('grant', named, facts),
      action: 'refused',
      note: coveredMessage(entry.subject, entry.connection, exclusion),
      campaignItemId: exclusion.campaignItemId,
      work: { do: 'refuse-grant', entry, exclusion },
    }
  }
  const note = exclusions.length === 0 ? null : stillExcluded(exclusions, facts.current)
  if (known === undefined) {
    return { ...step('grant', named, facts), action: 'create', note, work: { do: 'create-grant', entry } }
  }
  const changes = [
    ...(sameSet(known.tools, entry.tools) ? [] : ['tools']),
    ...(entry.until === undefined || (known.until?.getTime() ?? null) === (entry.until?.getTime() ?? null)
      ? []
      : ['until']),
    ...(entry.reason === undefined || known.reason === entry.reason ? [] : ['reason']),
  ]
  // Somebody granted the same by hand: that is theirs to change.
  const own = known.managedBy === APPLY ? changes : []
  return { ...updateOrNothing('grant', named, facts, own, { do: 'update-grant', id: known.id, entry }), note }
}

function resolve(entry: DesiredGrant, current: CurrentAccess): Resolved {
  const isGroup = entry.subject.startsWith(GROUP_PREFIX)
  const groupName = entry.subject.slice(GROUP_PREFIX.length)
  const identity = isGroup ? undefined : current.identities.find(({ name }) => name === entry.subject.toLowerCase())
  const group = isGroup ? current.groups.find(({ name }) => name === groupName) : undefined
  const connection = current.connections.find(({ slug }) => slug === entry.connection)
  return {
    entry,
    identityId: identity?.id ?? null,
    groupId: group?.id ?? null,
    connectionId: connection?.id ?? null,
  }
}

/** Which current grant each entry is about. */
export function matchGrants(
  wanted: readonly Resolved[],
  current: readonly CurrentGrant[],
): Map<DesiredGrant, CurrentGrant> {
  const free = new Set(current)
  const found = new Map<DesiredGrant, CurrentGrant>()
  const match = (fits: (grant: CurrentGrant, entry: DesiredGrant) => boolean) => {
    for (const { entry, identityId, groupId, connectionId } of wanted) {
      if (found.has(entry) || connectionId === null || (identityId === null && groupId === null)) continue
      for (const grant of free) {
        const isThere =
          grant.identityId === identityId && grant.groupId === groupId && grant.connectionId === connectionId
        if (!isThere || !fits(grant, entry)) continue
        found.set(entry, grant)
        free.delete(grant)
        break
      }
    }
  }
  match((grant, entry) => grant.managedBy === APPLY && sameSet(grant.tools, entry.tools))
  match((grant, entry) => sameSet(grant.tools, entry.tools) && grant.until?.getTime() === entry.until?.getTime())
  match((grant) => grant.managedBy === APPLY)
  return found
}

export const grantsNamed = (grants: readonly DesiredGrant[], current: CurrentAccess): Set<CurrentGrant> =>
  new Set(
    matchGrants(
      grants.map((entry) => resolve(entry, current)),
      current.grants,
    ).values(),
  )

function coveringExclusions(
  { entry, identityId, groupId, connectionId }: Resolved,
  current: CurrentAccess,
): Exclusion[] {
  const members = current.groups.find(({ id }) => id === groupId)?.members.map((member) => member.identityId) ?? []
  const subjects = new Set(identityId === null ? members : [identityId])
  return current.exclusions.filter(
    (exclusion) =>
      subjects.has(exclusion.identityId) &&
      exclusion.connectionId === connectionId &&
      isCovered(entry.tools, exclusion),
  )
}

function stillExcluded(exclusions: readonly Exclusion[], current: CurrentAccess): string {
  const names = exclusions.map((exclusion) => {
    const identity = current.identities.find(({ id }) => id === exclusion.identityId)
    return `${identity?.name} (${exclusionName(exclusion)})`
  })
  return `still kept out by a review: ${names.join(', ')}`
}

export const grantName = ({
  subject,
  connection,
  tools,
}: Pick<DesiredGrant, 'subject' | 'connection' | 'tools'>): string => `${subject} → ${connection} [${tools.join(', ')}]`
