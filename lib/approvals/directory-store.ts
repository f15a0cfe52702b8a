import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { IdentityKind, Role } from '@/lib/domain'
import { PAST_OWNER_DAYS } from '@/lib/identities/stands-behind'
import type { Requirement } from './approval'
import type { ApproverDirectory } from './eligible'
import { lockApproval, type StoredApproval } from './store'

interface Asking {
  id: string
  identityId: string
  connectionId: string
  requirements: readonly Requirement[]
}

const time = z.coerce.date()

const Person = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  kind: IdentityKind,
  ownerId: z.string().nullable(),
  managerId: z.string().nullable(),
  roles: Role.array(),
  endsAt: time.nullable(),
  disabledAt: time.nullable(),
})

const Known = z.object({
  people: Person.array(),
  members: z.object({ group: z.string(), id: z.string() }).array(),
  owners: z.object({ connectionId: z.string(), id: z.string() }).array(),
  delegations: z.object({ fromId: z.string(), toId: z.string(), startsAt: time, endsAt: time }).array(),
  callers: z.object({ id: z.string(), ownerId: z.string().nullable(), pastOwnerIds: z.string().array() }).array(),
})
type Known = z.output<typeof Known>

/** An approval and who stands for what in it, at one moment. */
export interface Asked {
  held: StoredApproval
  directory: ApproverDirectory
  now: Date
}

/** Nobody changes it until the commit. @throws NotFound also when it is not the actor's to see. */
export async function lockAsked(tx: Tx, actor: Actor, id: string): Promise<Asked> {
  const { held, now } = await lockApproval(tx, actor, id)
  return { held, directory: (await readDirectories(tx, [held], now)).get(id)!, now }
}

/**
 * Who stands for what in these approvals at this moment, by approval id: never kept, and read in one statement, because a
 * person who has just decided waits for it.
 */
export async function readDirectories(
  db: Db,
  approvals: readonly Asking[],
  now: Date,
): Promise<Map<string, ApproverDirectory>> {
  const { people, members, owners, delegations, callers } = await readKnown(db, approvals, now)
  const groups = new Map<string, string[]>()
  for (const { group, id } of members) groups.set(group, [...(groups.get(group) ?? []), id])
  const shared = {
    people: new Map(people.map((person) => [person.id, person])),
    idsByName: new Map(people.map(({ id, name }) => [name, id])),
    groups,
    delegations: delegations.map((one) => ({ ...one, revokedAt: null })),
  }
  const ownerOf = new Map(owners.map(({ connectionId, id }) => [connectionId, id]))
  const callerOf = new Map(callers.map((caller) => [caller.id, caller]))
  return new Map(
    approvals.map(({ id, identityId, connectionId }) => [
      id,
      {
        ...shared,
        connectionOwnerId: ownerOf.get(connectionId) ?? null,
        subject: callerOf.get(identityId) ?? { id: identityId, ownerId: null, pastOwnerIds: [] },
      },
    ]),
  )
}

async function readKnown({ client }: Db, approvals: readonly Asking[], now: Date): Promise<Known> {
  const sets = approvals.flatMap(({ requirements }) =>
    requirements.flatMap(({ approvers, escalation }) => (escalation === null ? [approvers] : [approvers, escalation])),
  )
  const names = unique(sets.flatMap((set) => set.people))
  const groups = unique(sets.flatMap((set) => set.groups))
  const callerIds = unique(approvals.map(({ identityId }) => identityId))
  const connectionIds = unique(approvals.map(({ connectionId }) => connectionId))
  const [row] = await client.$queryRaw<unknown[]>`
    WITH member AS (
      SELECT DISTINCT g."name" AS "group", m."identityId" AS "id" FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId"
      WHERE g."name" = ANY(${groups})),
    owner AS (
      SELECT "id" AS "connectionId", "ownerId" AS "id" FROM "Connection"
      WHERE "id" = ANY(${connectionIds}) AND "ownerId" IS NOT NULL),
    direct AS (
      SELECT "id" FROM "Identity" WHERE "name" = ANY(${names}) UNION SELECT "id" FROM member UNION SELECT "id" FROM owner),
    delegation AS (
      SELECT "fromId", "toId", "startsAt", "endsAt" FROM "ApprovalDelegation"
      WHERE "fromId" IN (SELECT "id" FROM direct) AND "revokedAt" IS NULL AND "startsAt" <= ${now} AND "endsAt" > ${now}
      ORDER BY "createdAt"),
    person AS (
      SELECT "id", "name", "displayName", "kind", "ownerId", "managerId", "roles", "endsAt", "disabledAt" FROM "Identity"
      WHERE "id" IN (SELECT "id" FROM direct UNION SELECT "toId" FROM delegation) ORDER BY "name"),
    caller AS (
      SELECT i."id", i."ownerId", ARRAY(SELECT p."ownerId" FROM "PastOwner" p WHERE p."identityId" = i."id"
        AND p."until" >= ${now}::timestamptz - ${PAST_OWNER_DAYS}::int * interval '1 day') AS "pastOwnerIds"
      FROM "Identity" i WHERE i."id" = ANY(${callerIds}))
    SELECT coalesce((SELECT json_agg(p) FROM person p), '[]') AS "people",
      coalesce((SELECT json_agg(m ORDER BY i."name") FROM member m JOIN "Identity" i ON i."id" = m."id"), '[]') AS "members",
      coalesce((SELECT json_agg(o) FROM owner o), '[]') AS "owners",
      coalesce((SELECT json_agg(d) FROM delegation d), '[]') AS "delegations",
      coalesce((SELECT json_agg(c) FROM caller c), '[]') AS "callers"`
  return Known.parse(row)
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
