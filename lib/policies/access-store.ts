import { type Actor, seesEverything } from '@/lib/actor'
import { publicConnection } from '@/lib/connections/stored-connection'
import type { Db } from '@/lib/db'
import type { Connection, Exclusion, Grant, Identity, ToolRisk } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { type RuleRef, rulesThatDepend } from './decision-summary'
import { type Decision, evaluate } from './evaluate'
import { type AccessExplanation, explainAccess } from './explain'
import { type PolicySnapshot, pathKey } from './snapshot'
import { snapshotIn } from './store'
import { askedFor, callOfArguments } from './written-call'

export interface AccessPath {
  identity: Identity
  owner: { id: string; name: string } | null
  connection: Connection
  /** Every way that leads there, those that are over included. */
  grants: (Grant & { expired: boolean })[]
  exclusions: Exclusion[]
  /** Of the tools the connection offers now. */
  tools: { total: number; allowed: Record<ToolRisk, number> }
  /** Whether anything at all passes now, and why not. */
  open: Decision
  lastCallAt: Date | null
}

export interface AccessFilter {
  identityId?: string
  connectionId?: string
}

/** Every access path the actor may see, by the same function that rules on live calls. */
export async function listAccess(
  db: Db,
  actor: Actor,
  filter: AccessFilter = {},
  now: Date = new Date(),
): Promise<AccessPath[]> {
  const policy = await snapshotIn(db)
  const keys = new Set([...policy.grants.keys(), ...policy.exclusions.keys()])
  const lastCalls = await readLastCalls(db, filter)
  const paths: AccessPath[] = []
  for (const key of keys) {
    const [identityId, connectionId] = key.split(' ') as [string, string]
    if (filter.identityId !== undefined && filter.identityId !== identityId) continue
    if (filter.connectionId !== undefined && filter.connectionId !== connectionId) continue
    if (!seesPath(policy, actor, identityId, connectionId)) continue
    const path = describePath(policy, explainAccess(policy, identityId, connectionId, now))
    if (path) paths.push({ ...path, lastCallAt: lastCalls.get(key) ?? null })
  }
  const name = (path: AccessPath) => `${path.connection.slug} ${path.identity.name}`
  return paths.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

export interface AccessDetail extends AccessExplanation {
  identity: Identity
  connection: Connection
}

/** Why, and what would happen on each tool. @throws NotFound also when it exists and the actor may not see it. */
export async function getAccess(
  db: Db,
  actor: Actor,
  { identityId, connectionId }: { identityId: string; connectionId: string },
  now: Date = new Date(),
): Promise<AccessDetail> {
  const policy = await snapshotIn(db)
  const { identity, connection } = await requireSight(db, policy, actor, identityId, connectionId)
  return { ...explainAccess(policy, identityId, connectionId, now), identity, connection: publicConnection(connection) }
}

export interface TriedCall {
  decision: Decision
  /** Without arguments: rules that may block or hold it, depending on what it says. */
  depends: RuleRef[]
}

/**
 * What would happen on one call now, of a tool that may not exist yet. `args` is a JSON object as somebody wrote it.
 * @throws NotFound as `getAccess` does; InvalidInput for arguments that are none
 */
export async function tryAccess(
  db: Db,
  actor: Actor,
  { identityId, connectionId, tool, args }: { identityId: string; connectionId: string; tool: string; args?: string },
  now: Date = new Date(),
): Promise<TriedCall> {
  const policy = await snapshotIn(db)
  await requireSight(db, policy, actor, identityId, connectionId)
  const asked = askedFor(tool, args === undefined ? undefined : callOfArguments(args))
  const question = { identityId, connectionId, asked, now }
  return {
    decision: evaluate(policy, question),
    depends: args === undefined ? rulesThatDepend(policy, question) : [],
  }
}

async function requireSight(
  db: Db,
  policy: PolicySnapshot,
  actor: Actor,
  identityId: string,
  connectionId: string,
): Promise<{ identity: Identity; connection: Connection }> {
  const identity = policy.identities.get(identityId)
  const connection = policy.connectionsById.get(connectionId)
  if (!identity || !connection) throw new NotFound('access')
  const isVisible =
    seesPath(policy, actor, identityId, connectionId) || (await reviews(db, actor, identityId, connectionId))
  if (!isVisible) throw new NotFound('access')
  return { identity, connection }
}

function seesPath(policy: PolicySnapshot, actor: Actor, identityId: string, connectionId: string): boolean {
  if (seesEverything(actor)) return true
  const identity = policy.identities.get(identityId)
  const connection = policy.connectionsById.get(connectionId)
  return (
    actor.id !== null && [identity?.id, identity?.ownerId, identity?.managerId, connection?.ownerId].includes(actor.id)
  )
}

/** Whoever has to review an access path may look at it. */
async function reviews({ client }: Db, actor: Actor, identityId: string, connectionId: string): Promise<boolean> {
  if (actor.id === null) return false
  return (await client.campaignItem.count({ where: { reviewerId: actor.id, identityId, connectionId } })) > 0
}

function describePath(policy: PolicySnapshot, explained: AccessExplanation): Omit<AccessPath, 'lastCallAt'> | null {
  const identity = policy.identities.get(explained.identityId)
  const connection = policy.connectionsById.get(explained.connectionId)
  if (!identity || !connection) return null
  const allowed = { read: 0, write: 0, destructive: 0 }
  for (const { tool, decision } of explained.tools) if (decision.effect !== 'deny') allowed[tool.risk]++
  const owner = identity.ownerId === null ? undefined : policy.identities.get(identity.ownerId)
  return {
    identity,
    owner: owner ? { id: owner.id, name: owner.name } : null,
    connection: publicConnection(connection),
    grants: explained.grants,
    exclusions: explained.exclusions,
    tools: { total: explained.tools.length, allowed },
    open: explained.open,
  }
}

async function readLastCalls({ client }: Db, filter: AccessFilter): Promise<Map<string, Date | null>> {
  const rows = await client.call.groupBy({
    by: ['identityId', 'connectionId'],
    where: filter,
    _max: { startedAt: true },
  })
  return new Map(rows.map((row) => [pathKey(row.identityId, row.connectionId), row._max.startedAt]))
}
