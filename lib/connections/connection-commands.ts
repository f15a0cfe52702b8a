import { z } from 'zod'
import { type Actor, hasRole, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import { type Connection, Risk, Slug, ToolChanges } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, parseInput } from '@/lib/errors'
import { findIdentity } from '@/lib/identities/store'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { ownsConnection, requireMayConfigure, requireMayRun } from './authority'
import { Credential } from './credential-input'
import { assertionValues, changedAssertion, IdentityAssertion } from './identity-assertion'
import {
  checkUpstream,
  type ParsedUpstream,
  refreshInventory,
  sealingSecret,
  sealingSecrets,
  UpstreamFields,
  type UpstreamReport,
} from './inventory-commands'
import { type ParsedProcess, type ProcessEnvironment, ProcessInput } from './process-input'
import { RefusedQuestions } from './refused-questions'
import { connectionForUpdate, findConnection, insertConnection, updateConnectionRow } from './store'
import { publicConnection, type StoredConnection } from './stored-connection'
import { credentialValues, isSameCredential } from './stored-credential'
import { leavesOrigin, UpstreamUrl, UrlTransport } from './target'
import { addressValues, changedProcess, processValues, sameEnvironment, type UpstreamValues } from './upstream-values'

const connectionName = z.string().trim().min(1).max(200)

export const RegisterConnection = z
  .object({
    slug: Slug,
    name: connectionName.optional(),
    ...UpstreamFields,
    /** A person's id; the registering engineer unless told. */
    ownerId: z.string().nullish(),
    risk: Risk.default('medium'),
    refuse: RefusedQuestions.default([]),
    toolChanges: ToolChanges.default('quarantine'),
    assertIdentity: IdentityAssertion.nullish(),
  })
  .superRefine(checkUpstream)
export type RegisterConnection = z.input<typeof RegisterConnection>

export interface RegisteredConnection {
  connection: Connection
  /** What the server said right after; an unreachable one is registered all the same. */
  upstream: UpstreamReport
}

export async function registerConnection(
  actor: Actor,
  input: RegisterConnection,
): Promise<Applied<RegisteredConnection>> {
  requireRole(actor, 'admin', 'engineer')
  const given = parseInput(RegisterConnection, input)
  if (given.process !== undefined) requireMayRun(actor)
  const ownerId = given.ownerId ?? actor.id
  if (!hasRole(actor, 'admin') && ownerId !== actor.id)
    throw new Forbidden('An engineer registers connections they own.')
  const { result: connection } = await changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const taken = await findConnection(tx, { slug: given.slug })
    if (taken !== null) throw new Conflict(`${given.slug} exists already${taken.archivedAt ? ', archived' : ''}.`)
    await requireOwner(tx, ownerId)
    const id = newId('con')
    const values = {
      name: given.name ?? given.slug,
      ownerId,
      risk: given.risk,
      refuse: given.refuse,
      toolChanges: given.toolChanges,
      ...upstreamValues(id, given),
      ...headerValues(id, given),
    }
    await changePolicy(tx)
    const row = await insertConnection(tx, id, given.slug, values, null)
    recordAudit(tx, actor, about(row, 'connection.registered', publicValues(row)))
    return publicConnection(row)
  })
  // Asked after the commit: a slow server must not hold the policy lock.
  const { result: upstream, lagging } = await refreshInventory(actor, { connectionId: connection.id })
  return { result: { connection, upstream }, lagging }
}

export const UpdateConnection = z.object({
  connectionId: z.string(),
  name: connectionName.optional(),
  transport: UrlTransport.optional(),
  upstreamUrl: UpstreamUrl.optional(),
  /** What is run instead of an address. */
  process: ProcessInput.optional(),
  /** Left out keeps it, null takes it away. */
  credential: Credential.nullish(),
  /** Left out keeps it, null stops it. */
  assertIdentity: IdentityAssertion.nullish(),
  ownerId: z.string().optional(),
  risk: Risk.optional(),
  refuse: RefusedQuestions.optional(),
  toolChanges: ToolChanges.optional(),
})
export type UpdateConnection = z.input<typeof UpdateConnection>

export async function updateConnection(actor: Actor, input: UpdateConnection): Promise<Applied<Connection>> {
  const wanted = parseInput(UpdateConnection, input)
  const { result, lagging } = await changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const before = await connectionForUpdate(tx, wanted.connectionId)
    const { ownerId, connectionId: _id, ...rest } = wanted
    const changesOwner = ownerId !== undefined && ownerId !== before.ownerId
    if (!(changesOwner && Object.keys(rest).length === 0 && ownsConnection(actor, before)))
      requireMayConfigure(actor, before)
    if (wanted.process !== undefined) requireMayRun(actor)
    if (changesOwner) await requireOwner(tx, ownerId)
    return changeConnection(tx, actor, before, wanted)
  })
  if (result.retargeted) {
    const refreshed = await refreshInventory(actor, { connectionId: wanted.connectionId })
    return { result: result.connection, lagging: refreshed.lagging }
  }
  return { result: result.connection, lagging }
}

export interface ConnectionChange {
  name?: string
  transport?: UrlTransport
  upstreamUrl?: string
  process?: ParsedProcess
  credential?: Credential | null
  assertIdentity?: IdentityAssertion | null
  ownerId?: string | null
  risk?: Connection['risk']
  refuse?: Connection['refuse']
  toolChanges?: Connection['toolChanges']
}

/** The change itself, without who may: shared with `apply`. @throws InvalidInput when something sealed would go elsewhere. */
export async function changeConnection(
  tx: Tx,
  actor: Actor,
  before: StoredConnection,
  change: ConnectionChange,
): Promise<{ connection: Connection; retargeted: boolean }> {
  const { name, credential, ownerId, risk, refuse, toolChanges } = change
  const upstream = changedUpstream(before, change)
  // A process gets no headers, whatever the connection sent before.
  const wanted = change.process === undefined ? credential : null
  const assertion = change.process === undefined ? change.assertIdentity : null
  const newCredential = wanted !== undefined && !sameCredential(before, wanted)
  const values = {
    ...(name !== undefined && name !== before.name && { name }),
    ...upstream,
    ...(ownerId !== undefined && ownerId !== before.ownerId && { ownerId }),
    ...(risk !== undefined && risk !== before.risk && { risk }),
    ...(refuse !== undefined && refuse.join() !== before.refuse.join() && { refuse }),
    ...(toolChanges !== undefined && toolChanges !== before.toolChanges && { toolChanges }),
    ...(newCredential && credentialValues(sealingSecret, before.id, wanted)),
    ...(assertion !== undefined && changedAssertion(before, assertion)),
  }
  requireOwnHeaders({ ...before, ...values })
  if (Object.keys(values).length === 0) return { connection: publicConnection(before), retargeted: false }
  await changePolicy(tx)
  const row = await updateConnectionRow(tx, before.id, values)
  const { credentialSealed, credentialHeader, credentialKind, credentialParams, envSealed, ...changes } =
    values as Partial<StoredConnection>
  const replaced = {
    ...(newCredential && { credential: wanted === null ? 'removed' : `replaced (${wanted.kind})` }),
    ...(envSealed !== undefined && (envSealed !== null || before.envSealed !== null) && { environment: 'replaced' }),
  }
  const from = Object.fromEntries(Object.keys(changes).map((field) => [field, before[field as keyof Connection]]))
  recordAudit(tx, actor, about(row, 'connection.updated', { from, to: changes, ...replaced }))
  return { connection: publicConnection(row), retargeted: upstream !== null || newCredential }
}

/** Null when it leads where it led. */
function changedUpstream(
  before: StoredConnection,
  { transport, upstreamUrl, process, credential }: ConnectionChange,
): UpstreamValues | null {
  if (process !== undefined) return changedProcess(sealingSecrets, before, process)
  const url = upstreamUrl ?? before.upstreamUrl
  const spoken = transport ?? (before.transport === 'stdio' ? 'http' : before.transport)
  // Nothing said about it, and it is a process.
  if (url === null) return null
  if (url === before.upstreamUrl && spoken === before.transport) return null
  const leaves = before.upstreamUrl !== null && leavesOrigin(before.upstreamUrl, url)
  if (credential === undefined && before.credentialSealed !== null && leaves) {
    throw new InvalidInput('Enter the credential again: it was for another server.', [
      { path: 'credential', message: 'needed for a new address' },
    ])
  }
  return addressValues(spoken, url)
}

/** @throws InvalidInput when the credential and the assertion would be in each other's place. */
function requireOwnHeaders({
  credentialHeader,
  assertHeader,
}: Pick<StoredConnection, 'credentialHeader' | 'assertHeader'>) {
  if (assertHeader === null || assertHeader.toLowerCase() !== credentialHeader?.toLowerCase()) return
  throw new InvalidInput('The credential is sent in that header already.', [
    { path: 'assertIdentity.header', message: 'is the credential’s header' },
  ])
}

export const sameCredential = (connection: StoredConnection, wanted: Credential | null): boolean =>
  isSameCredential(sealingSecrets, connection, wanted)

export const sameStoredEnvironment = (connection: StoredConnection, wanted: ProcessEnvironment): boolean =>
  sameEnvironment(sealingSecrets, connection, wanted)

export const ConnectionRef = z.object({ connectionId: z.string() })
export type ConnectionRef = z.input<typeof ConnectionRef>

/** Its URL answers 404 from now on. Recordings and reviews stay. */
export async function archiveConnection(actor: Actor, input: ConnectionRef): Promise<Applied<void>> {
  const { connectionId } = parseInput(ConnectionRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const connection = await connectionForUpdate(tx, connectionId)
    requireMayConfigure(actor, connection)
    if (connection.archivedAt !== null) return
    await changePolicy(tx)
    await updateConnectionRow(tx, connectionId, { archivedAt: new Date() })
    recordAudit(tx, actor, about(connection, 'connection.archived', {}))
  })
}

/** The columns of a new connection that say how its server is proven to, and told. Shared with `apply`. */
export const headerValues = (
  id: string,
  { credential, assertIdentity }: { credential?: Credential | null; assertIdentity?: IdentityAssertion | null },
) => {
  const values = {
    ...credentialValues(sealingSecret, id, credential ?? null),
    ...assertionValues(assertIdentity ?? null),
  }
  requireOwnHeaders(values)
  return values
}

export const upstreamValues = (id: string, given: ParsedUpstream): UpstreamValues =>
  given.process === undefined
    ? addressValues(given.transport ?? 'http', given.upstreamUrl!)
    : processValues(sealingSecret, id, given.process)

const publicValues = (connection: StoredConnection) => {
  const { id: _id, slug: _slug, ...values } = publicConnection(connection)
  const { credentialKind, credentialHeader } = connection
  return { ...values, credentialHeader, ...(credentialHeader !== null && { credentialKind }) }
}

const about = (connection: Connection, action: string, data: Record<string, unknown>) => ({
  action,
  targetType: 'connection',
  targetId: connection.id,
  connectionId: connection.id,
  data: JSON.parse(JSON.stringify({ slug: connection.slug, ...data })) as Record<string, string>,
})

async function requireOwner(tx: Tx, ownerId: string | null): Promise<void> {
  if (ownerId === null) return
  const owner = await findIdentity(tx, ownerId)
  if (owner?.kind === 'human' && owner.disabledAt === null) return
  throw new InvalidInput('The owner must be an active person.', [{ path: 'ownerId', message: 'not an active person' }])
}
