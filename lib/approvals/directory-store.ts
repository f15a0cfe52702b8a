import type { Db } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { PAST_OWNER_DAYS, pastOwnersSince } from '@/lib/identities/stands-behind'
import { toIdentity } from '@/lib/identities/store'
import type { Requirement } from './approval'
import type { ApproverDirectory } from './eligible'

const DAY_MS = 86_400_000

interface Asking {
  id: string
  identityId: string
  connectionId: string
  requirements: readonly Requirement[]
}

/** Who stands for what in these approvals at this moment: read together, and never kept. By approval id. */
export async function readDirectories(
  { client }: Db,
  approvals: readonly Asking[],
  now: Date,
): Promise<Map<string, ApproverDirectory>> {
  const sets = approvals.flatMap(({ requirements }) =>
    requirements.flatMap(({ approvers, escalation }) => (escalation === null ? [approvers] : [approvers, escalation])),
  )
  const callers = await client.identity.findMany({
    where: { id: { in: unique(approvals.map(({ identityId }) => identityId)) } },
    include: { pastOwners: { select: { ownerId: true, until: true } } },
  })
  const connections = await client.connection.findMany({
    where: { id: { in: unique(approvals.map(({ connectionId }) => connectionId)) } },
    select: { id: true, ownerId: true },
  })
  const members = await client.groupMember.findMany({
    where: { group: { name: { in: unique(sets.flatMap(({ groups }) => groups)) } } },
    select: { identityId: true, group: { select: { name: true } } },
  })
  const groups = new Map<string, string[]>()
  for (const { identityId, group } of members) {
    const known = groups.get(group.name)
    if (known === undefined) groups.set(group.name, [identityId])
    else if (!known.includes(identityId)) known.push(identityId)
  }
  const owners = connections.flatMap(({ ownerId }) => ownerId ?? [])
  const direct = await client.identity.findMany({
    where: {
      OR: [
        { name: { in: unique(sets.flatMap(({ people }) => people)) } },
        { id: { in: unique([...members.map(({ identityId }) => identityId), ...owners]) } },
      ],
    },
    orderBy: { name: 'asc' },
  })
  const delegations = await client.approvalDelegation.findMany({
    where: { fromId: { in: direct.map(({ id }) => id) }, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now } },
    orderBy: { createdAt: 'asc' },
    include: { to: true },
  })
  const people = new Map<string, Identity>()
  for (const row of [...direct, ...delegations.map(({ to }) => to)]) people.set(row.id, toIdentity(row))
  const shared = {
    people,
    idsByName: new Map([...people.values()].map(({ id, name }) => [name, id])),
    groups,
    delegations,
  }
  const since = new Date(now.getTime() - PAST_OWNER_DAYS * DAY_MS)
  return new Map(
    approvals.map(({ id, identityId, connectionId }) => {
      const caller = callers.find((one) => one.id === identityId)
      const subject = {
        id: identityId,
        ownerId: caller?.ownerId ?? null,
        pastOwnerIds: pastOwnersSince(caller?.pastOwners ?? [], since),
      }
      const connectionOwnerId = connections.find((one) => one.id === connectionId)?.ownerId ?? null
      return [id, { ...shared, connectionOwnerId, subject }]
    }),
  )
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
