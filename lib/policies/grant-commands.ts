import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { requireMayGrant } from '@/lib/connections/authority'
import { findConnection } from '@/lib/connections/store'
import type { StoredConnection } from '@/lib/connections/stored-connection'
import type { Tx } from '@/lib/db'
import type { Exclusion } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { isSelf } from '@/lib/identities/authority'
import { Deadline } from '@/lib/identities/deadline'
import { findIdentity } from '@/lib/identities/store'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { coveredMessage, exclusionName, isCovered } from './coverage'
import { activeExclusions, groupMemberIds } from './grant-store'
import { GrantTools, Reason } from './input'

export const AddGrant = z
  .object({
    identityId: z.string().nullish(),
    groupId: z.string().nullish(),
    connectionId: z.string(),
    tools: GrantTools,
    until: Deadline.nullish(),
    reason: Reason.default(''),
  })
  .refine(({ identityId, groupId }) => !identityId !== !groupId, {
    message: 'name one identity or one group',
    path: ['identityId'],
  })
export type AddGrant = z.input<typeof AddGrant>

export interface AddedGrant {
  id: string
  /** Members of the group whom a review keeps out all the same. */
  stillExcluded: { identityId: string; campaignItemId: string | null }[]
}

/** @throws Conflict that names the review item when an exclusion covers what would be granted. */
export async function addGrant(actor: Actor, input: AddGrant): Promise<Applied<AddedGrant>> {
  const wanted = parseInput(AddGrant, input)
  if (wanted.until && wanted.until <= new Date())
    throw new InvalidInput('The grant would be over already.', [{ path: 'until', message: 'in the past' }])
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const connection = await activeConnection(tx, wanted.connectionId)
    requireMayGrant(actor, connection)
    const subject = await readSubject(tx, wanted)
    const covering = await coveringExclusions(tx, subject, connection.id, wanted.tools)
    if (subject.kind === 'identity' && covering[0]) {
      throw new Conflict(coveredMessage(subject.name, connection.slug, covering[0]))
    }
    const id = newId('grt')
    await changePolicy(tx)
    await tx.client.grant.create({
      data: {
        id,
        identityId: subject.kind === 'identity' ? subject.id : null,
        groupId: subject.kind === 'group' ? subject.id : null,
        connectionId: connection.id,
        tools: wanted.tools,
        until: wanted.until ?? null,
        reason: wanted.reason,
        grantedBy: actor.label,
      },
    })
    recordAudit(tx, actor, {
      action: 'grant.added',
      targetType: 'grant',
      targetId: id,
      identityId: subject.kind === 'identity' ? subject.id : null,
      connectionId: connection.id,
      data: {
        subject: subject.label,
        connection: connection.slug,
        tools: wanted.tools,
        until: wanted.until?.toISOString() ?? null,
        reason: wanted.reason,
      },
    })
    return { id, stillExcluded: covering.map(({ identityId, campaignItemId }) => ({ identityId, campaignItemId })) }
  })
}

export const RevokeGrant = z.object({ grantId: z.string(), reason: Reason.default('') })
export type RevokeGrant = z.input<typeof RevokeGrant>

/** Giving up access needs less authority than getting it: whoever answers for the subject may as well. */
export async function revokeGrant(actor: Actor, input: RevokeGrant): Promise<Applied<{ id: string }>> {
  const { grantId, reason } = parseInput(RevokeGrant, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const grant = await tx.client.grant.findUnique({
      where: { id: grantId },
      include: { identity: true, group: true, connection: true },
    })
    if (grant === null) throw new NotFound('grant')
    if (grant.identity === null || !isSelf(actor, grant.identity)) requireMayGrant(actor, grant.connection)
    if (grant.revokedAt !== null) throw new Conflict(`This grant was revoked already, by ${grant.revokedBy}.`)
    await changePolicy(tx)
    await tx.client.grant.update({
      where: { id: grantId },
      data: { revokedAt: new Date(), revokedBy: actor.label, revokeReason: reason },
    })
    recordAudit(tx, actor, {
      action: 'grant.revoked',
      targetType: 'grant',
      targetId: grantId,
      identityId: grant.identityId,
      connectionId: grant.connectionId,
      data: {
        subject: grant.identity?.name ?? `group:${grant.group?.name}`,
        connection: grant.connection.slug,
        tools: grant.tools,
        reason,
      },
    })
    return { id: grantId }
  })
}

export const LiftExclusion = z.object({ exclusionId: z.string(), reason: Reason.min(1, 'say why') })
export type LiftExclusion = z.input<typeof LiftExclusion>

/** A review's denial ends only by a named person who is neither its subject nor the subject's owner, with a reason. */
export async function liftExclusion(actor: Actor, input: LiftExclusion): Promise<Applied<{ id: string }>> {
  const { exclusionId, reason } = parseInput(LiftExclusion, input)
  if (actor.id === null) throw new Forbidden('A named person has to lift an exclusion: use --as EMAIL.')
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const exclusion = await tx.client.exclusion.findUnique({
      where: { id: exclusionId },
      include: { identity: { include: { pastOwners: true } }, connection: true },
    })
    if (exclusion === null) throw new NotFound('exclusion')
    requireMayGrant(actor, exclusion.connection)
    const { pastOwners } = exclusion.identity
    if (isSelf(actor, exclusion.identity) || ownedWhenLaid(actor, pastOwners, exclusion.createdAt))
      throw new Forbidden('Nobody lifts an exclusion of their own, or of what they own or owned when it was reviewed.')
    if (exclusion.liftedAt !== null) throw new Conflict(`This exclusion was lifted already, by ${exclusion.liftedBy}.`)
    await changePolicy(tx)
    await tx.client.exclusion.update({
      where: { id: exclusionId },
      data: { liftedAt: new Date(), liftedBy: actor.label, liftReason: reason },
    })
    recordAudit(tx, actor, {
      action: 'exclusion.lifted',
      targetType: 'exclusion',
      targetId: exclusionId,
      identityId: exclusion.identityId,
      connectionId: exclusion.connectionId,
      reason,
      data: {
        item: exclusionName(exclusion),
        identity: exclusion.identity.name,
        connection: exclusion.connection.slug,
      },
    })
    return { id: exclusionId }
  })
}

const REVIEWED_MS = 90 * 86_400_000

/** To give an agent away does not make its owner a stranger to what was decided about it. */
const ownedWhenLaid = (actor: Actor, pastOwners: { ownerId: string; until: Date }[], laidAt: Date): boolean =>
  pastOwners.some(({ ownerId, until }) => ownerId === actor.id && until.getTime() >= laidAt.getTime() - REVIEWED_MS)

type Subject = { kind: 'identity' | 'group'; id: string; name: string; label: string }

async function readSubject(tx: Tx, { identityId, groupId }: z.output<typeof AddGrant>): Promise<Subject> {
  if (identityId) {
    const identity = await findIdentity(tx, identityId)
    if (identity === null) throw new NotFound('identity')
    return { kind: 'identity', id: identity.id, name: identity.name, label: identity.name }
  }
  const group = await tx.client.group.findUnique({ where: { id: groupId ?? '' } })
  if (group === null) throw new NotFound('group')
  return { kind: 'group', id: group.id, name: group.name, label: `group:${group.name}` }
}

async function coveringExclusions(
  tx: Tx,
  subject: Subject,
  connectionId: string,
  tools: string[],
): Promise<Exclusion[]> {
  const identities = subject.kind === 'identity' ? [subject.id] : await groupMemberIds(tx, subject.id)
  const exclusions = await activeExclusions(tx, { identityId: { in: identities }, connectionId })
  return exclusions.filter((exclusion) => isCovered(tools, exclusion))
}

async function activeConnection(tx: Tx, id: string): Promise<StoredConnection> {
  const connection = await findConnection(tx, { id })
  if (connection === null || connection.archivedAt !== null) throw new NotFound('connection')
  return connection
}
