import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import { type Identity, IdentityKind, IdentityName, Role } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { answersFor, requireMayChangeRoles, requireMayCreate, sameRoles } from './authority'
import { Deadline } from './deadline'
import { namingProblem } from './naming'
import { findIdentity, getIdentityByName, identityForUpdate } from './store'
import { revokeTokensOf } from './token-commands'

const displayName = z.string().trim().min(1).max(200)

export const CreateIdentity = z
  .object({
    name: IdentityName,
    displayName: displayName.optional(),
    kind: IdentityKind,
    /** A human's id. Everything but a human needs one before it may call anything. */
    ownerId: z.string().nullish(),
    managerId: z.string().nullish(),
    roles: Role.array().default([]),
    endsAt: Deadline.nullish(),
  })
  .superRefine((identity, context) => {
    const problem = namingProblem(identity.kind, identity.name)
    if (problem !== null) context.addIssue({ code: 'custom', path: ['name'], message: problem })
    if (identity.kind === 'human' && identity.ownerId) {
      context.addIssue({ code: 'custom', path: ['ownerId'], message: 'a person has a manager, not an owner' })
    }
    if (identity.kind !== 'human' && identity.roles.length > 0) {
      context.addIssue({ code: 'custom', path: ['roles'], message: 'only people have roles' })
    }
  })
export type CreateIdentity = z.input<typeof CreateIdentity>

export async function createIdentity(actor: Actor, input: CreateIdentity): Promise<Applied<Identity>> {
  const { roles, ...given } = parseInput(CreateIdentity, input)
  requireMayCreate(actor, given.kind, given.ownerId ?? null)
  if (roles.length > 0) requireRole(actor, 'admin')
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    if ((await getIdentityByName(tx, given.name)) !== null) throw new Conflict(`${given.name} exists already.`)
    await requireHuman(tx, given.ownerId, 'owner')
    await requireHuman(tx, given.managerId, 'manager')
    const identity: Identity = {
      id: newId('idn'),
      name: given.name,
      displayName: given.displayName ?? given.name,
      kind: given.kind,
      ownerId: given.ownerId ?? null,
      managerId: given.managerId ?? null,
      roles,
      endsAt: given.endsAt ?? null,
      disabledAt: null,
    }
    await changePolicy(tx)
    await tx.client.identity.create({ data: identity })
    recordAudit(tx, actor, about(identity, 'identity.created', { kind: identity.kind, roles, endsAt: identity.endsAt }))
    return identity
  })
}

export const UpdateIdentity = z.object({
  identityId: z.string(),
  displayName: displayName.optional(),
  managerId: z.string().nullish(),
  roles: Role.array().optional(),
  /** Null takes the end date away. */
  endsAt: Deadline.nullish(),
})
export type UpdateIdentity = z.input<typeof UpdateIdentity>

/** An owner may rename and extend what they answer for; manager and roles are an administrator's. */
export async function updateIdentity(actor: Actor, input: UpdateIdentity): Promise<Applied<Identity>> {
  const wanted = parseInput(UpdateIdentity, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const before = await identityForUpdate(tx, wanted.identityId)
    requireAnswersFor(actor, before)
    const after: Identity = {
      ...before,
      displayName: wanted.displayName ?? before.displayName,
      managerId: wanted.managerId === undefined ? before.managerId : wanted.managerId,
      roles: wanted.roles ?? before.roles,
      endsAt: wanted.endsAt === undefined ? before.endsAt : wanted.endsAt,
    }
    if (!sameRoles(before.roles, after.roles)) requireMayChangeRoles(actor, before, after.roles)
    if (after.managerId !== before.managerId) {
      requireRole(actor, 'admin')
      if (after.managerId === before.id) throw new InvalidInput('Nobody is their own manager.')
      await requireHuman(tx, after.managerId, 'manager')
    }
    if (before.kind === 'human' && after.endsAt?.getTime() !== before.endsAt?.getTime()) requireRole(actor, 'admin')
    return saveIdentity(tx, actor, before, after, 'identity.updated')
  })
}

export const TransferOwnership = z.object({ identityId: z.string(), ownerId: z.string() })
export type TransferOwnership = z.input<typeof TransferOwnership>

export async function transferOwnership(actor: Actor, input: TransferOwnership): Promise<Applied<Identity>> {
  const { identityId, ownerId } = parseInput(TransferOwnership, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const before = await identityForUpdate(tx, identityId)
    requireAnswersFor(actor, before)
    if (before.kind === 'human') throw new InvalidInput('A person has a manager, not an owner.')
    await requireHuman(tx, ownerId, 'owner')
    return saveIdentity(tx, actor, before, { ...before, ownerId }, 'identity.transferred')
  })
}

export const IdentityRef = z.object({ identityId: z.string() })
export type IdentityRef = z.input<typeof IdentityRef>

/** Every key of it is refused from the next call on; a person is signed out, and their access tokens are revoked. */
export async function disableIdentity(actor: Actor, input: IdentityRef): Promise<Applied<Identity>> {
  const { identityId } = parseInput(IdentityRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const before = await identityForUpdate(tx, identityId)
    requireAnswersFor(actor, before)
    if (before.id === actor.id) throw new Forbidden('Nobody disables themself. Ask an administrator.')
    if (before.disabledAt !== null) return before
    const now = new Date()
    const disabled = await saveIdentity(tx, actor, before, { ...before, disabledAt: now }, 'identity.disabled')
    await revokeTokensOf(tx, actor, disabled, now)
    return disabled
  })
}

export async function enableIdentity(actor: Actor, input: IdentityRef): Promise<Applied<Identity>> {
  requireRole(actor, 'admin')
  const { identityId } = parseInput(IdentityRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const before = await identityForUpdate(tx, identityId)
    if (before.disabledAt === null) return before
    return saveIdentity(tx, actor, before, { ...before, disabledAt: null }, 'identity.enabled')
  })
}

async function saveIdentity(
  tx: Tx,
  actor: Actor,
  before: Identity,
  after: Identity,
  action: string,
): Promise<Identity> {
  const changes = changedFields(before, after)
  if (Object.keys(changes).length === 0) return before
  await changePolicy(tx)
  const { id, name: _name, kind: _kind, ...data } = after
  await tx.client.identity.update({ where: { id }, data })
  recordAudit(tx, actor, about(after, action, { changes }))
  return after
}

export function changedFields(before: Identity, after: Identity): Record<string, { from: unknown; to: unknown }> {
  const fields = ['displayName', 'ownerId', 'managerId', 'roles', 'endsAt', 'disabledAt'] as const
  return Object.fromEntries(
    fields
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field) => [field, { from: before[field], to: after[field] }]),
  )
}

const about = (identity: Identity, action: string, data: Record<string, unknown>) => ({
  action,
  targetType: 'identity',
  targetId: identity.id,
  identityId: identity.id,
  data: JSON.parse(JSON.stringify({ name: identity.name, ...data })) as Record<string, string>,
})

function requireAnswersFor(actor: Actor, identity: Identity): void {
  if (!answersFor(actor, identity)) throw new Forbidden('Only an administrator or the owner may change this identity.')
}

async function requireHuman(tx: Tx, id: string | null | undefined, what: 'owner' | 'manager'): Promise<void> {
  if (!id) return
  const person = await findIdentity(tx, id)
  if (person?.kind !== 'human')
    throw new InvalidInput(`The ${what} must be a person.`, [{ path: `${what}Id`, message: 'not a person' }])
  if (person.disabledAt !== null)
    throw new InvalidInput(`${person.name} is disabled and cannot be ${what}.`, [
      { path: `${what}Id`, message: 'disabled' },
    ])
}
