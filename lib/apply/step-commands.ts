import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { changeConnection, headerValues, upstreamValues } from '@/lib/connections/commands'
import { connectionForUpdate, insertConnection, updateConnectionRow } from '@/lib/connections/store'
import type { Tx } from '@/lib/db'
import {
  changeIssuer,
  deleteIssuer,
  insertIssuer,
  removeBinding,
  revokeTokensOf,
  saveBinding,
} from '@/lib/identities/commands'
import { issuerForUpdate } from '@/lib/identities/issuer-store'
import { newId } from '@/lib/ids'
import { ruleForAudit } from '@/lib/policies/commands'
import { exclusionName } from '@/lib/policies/coverage'
import type { RuleValues } from '@/lib/policies/rule-input'
import { writeRule } from '@/lib/policies/rule-store'
import { changePolicy } from '@/lib/policy-version'
import { changeProvider, createProvider, switchOff, switchOn } from '@/lib/sign-in/commands'
import { providerForUpdate } from '@/lib/sign-in/provider-store'
import { APPLY, type CurrentAccess, PRUNED } from './current'
import type { DesiredConnection, DesiredGrant, DesiredIdentity, DesiredRule } from './document'
import { GROUP_PREFIX } from './references'
import type { Step } from './step'

/** Names to ids, growing as steps create things. */
export interface Names {
  identities: Map<string, string>
  groups: Map<string, string>
  connections: Map<string, string>
}

export const namesOf = (current: CurrentAccess): Names => ({
  identities: new Map(current.identities.map(({ name, id }) => [name, id])),
  groups: new Map(current.groups.map(({ name, id }) => [name, id])),
  connections: new Map(current.connections.map(({ slug, id }) => [slug, id])),
})

interface Doing {
  tx: Tx
  actor: Actor
  names: Names
  now: Date
}

/** Everyone at once: owners and managers may stand below those who name them. */
export function reserveIds(steps: readonly Step[], names: Names): void {
  for (const { work } of steps) {
    if (work.do === 'create-identity') names.identities.set(work.entry.name, newId('idn'))
    if (work.do === 'create-group') names.groups.set(work.entry.name, newId('grp'))
    if (work.do === 'create-connection') names.connections.set(work.entry.slug, newId('con'))
  }
}

/** Creating people comes first, without managers: foreign keys and the rule that an owner is a person look at rows. */
export async function createPeople({ tx }: Doing, steps: readonly Step[], names: Names): Promise<void> {
  const people = steps.flatMap(({ work }) =>
    work.do === 'create-identity' && work.entry.kind === 'human' ? [work.entry] : [],
  )
  await tx.client.identity.createMany({
    data: people.map((entry) => ({ ...newIdentity(entry, names), ownerId: null, managerId: null })),
  })
}

const newIdentity = (entry: DesiredIdentity, names: Names) => ({
  id: names.identities.get(entry.name)!,
  name: entry.name,
  displayName: entry.displayName ?? entry.name,
  kind: entry.kind,
  ownerId: idOf(names.identities, entry.owner) ?? null,
  managerId: idOf(names.identities, entry.manager) ?? null,
  roles: entry.roles ?? [],
  endsAt: entry.endsAt ?? null,
  managedBy: APPLY,
})

/** Undefined stays undefined (leave alone), null stays null (take away). */
const idOf = (ids: Map<string, string>, name: string | null | undefined): string | null | undefined =>
  name ? ids.get(name)! : name

/** Steps after which exactly the same calls pass as before: no gateway has to hear of them. */
const PASSES_NOTHING_ELSE: ReadonlySet<Step['work']['do']> = new Set([
  'nothing',
  'refuse-grant',
  'add-provider',
  'change-provider',
  'disable-provider',
])

export async function carryOut(doing: Doing, step: Step): Promise<void> {
  const { tx, actor, names, now } = doing
  const { work } = step
  if (!PASSES_NOTHING_ELSE.has(work.do)) await changePolicy(tx)
  switch (work.do) {
    case 'nothing':
      return
    case 'create-identity': {
      const identity = newIdentity(work.entry, names)
      if (work.entry.kind !== 'human') await tx.client.identity.create({ data: identity })
      else if (identity.managerId !== null) {
        await tx.client.identity.update({ where: { id: identity.id }, data: { managerId: identity.managerId } })
      }
      const { kind, roles, endsAt } = identity
      return audit(doing, step, 'identity.created', identity.id, { kind, owner: work.entry.owner, roles, endsAt })
    }
    case 'update-identity': {
      const { displayName, owner, manager, roles, endsAt } = work.entry
      await tx.client.identity.update({
        where: { id: work.id },
        data: {
          displayName,
          ownerId: idOf(names.identities, owner),
          managerId: idOf(names.identities, manager),
          roles,
          endsAt,
          ...(work.enable && { disabledAt: null, managedBy: APPLY }),
        },
      })
      return audit(doing, step, 'identity.updated', work.id, { changes: step.changes, owner, manager, roles, endsAt })
    }
    case 'disable-identity':
      await tx.client.identity.update({ where: { id: work.id }, data: { disabledAt: now, managedBy: PRUNED } })
      await revokeTokensOf(tx, actor, { id: work.id, name: step.name }, now)
      return audit(doing, step, 'identity.disabled', work.id, { because: 'pruned' })
    case 'create-group': {
      const id = names.groups.get(work.entry.name)!
      await tx.client.group.create({ data: { id, name: work.entry.name, managedBy: APPLY } })
      await addMembers(doing, id, work.entry.members)
      return audit(doing, step, 'group.created', id, { members: work.entry.members })
    }
    case 'update-group':
      await addMembers(doing, work.id, work.add)
      await tx.client.groupMember.deleteMany({
        where: { groupId: work.id, source: APPLY, identityId: { in: work.removeIds } },
      })
      if (work.reclaim) await tx.client.group.update({ where: { id: work.id }, data: { managedBy: APPLY } })
      return audit(doing, step, 'group.updated', work.id, { added: work.add, removed: work.removeIds })
    case 'empty-group':
      await tx.client.groupMember.deleteMany({ where: { groupId: work.id, source: APPLY } })
      await tx.client.group.update({ where: { id: work.id }, data: { managedBy: PRUNED } })
      return audit(doing, step, 'group.emptied', work.id, { because: 'pruned' })
    case 'create-connection':
      return createConnection(doing, step, work.entry)
    case 'update-connection': {
      const before = await connectionForUpdate(tx, work.id)
      if (work.restore) {
        await updateConnectionRow(tx, work.id, { archivedAt: null })
        audit(doing, step, 'connection.restored', work.id, {})
      }
      const { owner, ...wanted } = work.entry
      await changeConnection(tx, actor, before, { ...wanted, ownerId: idOf(names.identities, owner) })
      return
    }
    case 'archive-connection':
      await updateConnectionRow(tx, work.id, { archivedAt: now })
      return audit(doing, step, 'connection.archived', work.id, { because: 'pruned' })
    case 'create-grant':
      return createGrant(doing, step, work.entry)
    case 'update-grant': {
      const { tools, until, reason } = work.entry
      await tx.client.grant.update({ where: { id: work.id }, data: { tools, until, reason } })
      return audit(doing, step, 'grant.updated', work.id, { ...aboutGrant(work.entry), changes: step.changes })
    }
    case 'revoke-grant':
      await tx.client.grant.update({
        where: { id: work.id },
        data: { revokedAt: now, revokedBy: actor.label, revokeReason: 'no longer in access.yaml' },
      })
      return audit(doing, step, 'grant.revoked', work.id, { because: 'pruned' })
    case 'refuse-grant': {
      // On the record: somebody asked for access back that a review had taken.
      const item = exclusionName(work.exclusion)
      return recordAudit(tx, actor, {
        action: 'grant.refused',
        targetType: 'exclusion',
        targetId: work.exclusion.id,
        identityId: work.exclusion.identityId,
        connectionId: work.exclusion.connectionId,
        outcome: 'refused',
        reason: 'excluded',
        data: { ...aboutGrant(work.entry), item },
      })
    }
    case 'create-rule': {
      const id = newId('rul')
      await writeRule(tx, id, ruleOf(work.entry), { createdBy: actor.label, managedBy: APPLY })
      return audit(doing, step, 'rule.created', id, ruleForAudit(ruleOf(work.entry)))
    }
    case 'update-rule':
      await writeRule(tx, work.id, ruleOf(work.entry), { createdBy: actor.label, disabledAt: null })
      return audit(doing, step, 'rule.updated', work.id, { ...ruleForAudit(ruleOf(work.entry)), changes: step.changes })
    case 'delete-rule':
      await tx.client.rule.delete({ where: { id: work.id } })
      return audit(doing, step, 'rule.deleted', work.id, { because: 'pruned' })
    case 'create-issuer':
      await insertIssuer(tx, actor, work.name, work.settings, APPLY)
      return
    case 'update-issuer':
      await changeIssuer(tx, actor, await issuerForUpdate(tx, work.id), work.settings)
      return
    case 'remove-issuer':
      await deleteIssuer(tx, actor, await issuerForUpdate(tx, work.id))
      return
    case 'add-provider':
      await createProvider(tx, actor, work.entry.whole, APPLY)
      return
    case 'change-provider': {
      const before = await providerForUpdate(tx, work.id)
      const enabled = work.enable ? await switchOn(tx, actor, before, APPLY) : before
      await changeProvider(tx, actor, enabled, work.entry.said)
      return
    }
    case 'disable-provider':
      await switchOff(tx, actor, await providerForUpdate(tx, work.id), PRUNED)
      return
    case 'bind-subject': {
      const { identity: name, issuer, subject } = work.binding
      const identityId = names.identities.get(name)!
      await saveBinding(tx, actor, { issuer, subject, identityId, name, via: APPLY })
      return
    }
    case 'unbind-subject': {
      const { identity: name, issuer, subject } = work.binding
      await removeBinding(tx, actor, { issuer, subject, identityId: work.id, name })
      return
    }
  }
}

async function addMembers({ tx, names }: Doing, groupId: string, members: readonly string[]): Promise<void> {
  await tx.client.groupMember.createMany({
    data: members.map((name) => ({ groupId, identityId: names.identities.get(name)!, source: APPLY })),
    skipDuplicates: true,
  })
}

async function createConnection(doing: Doing, step: Step, entry: DesiredConnection): Promise<void> {
  const id = doing.names.connections.get(entry.slug)!
  const values = {
    name: entry.name ?? entry.slug,
    ownerId: idOf(doing.names.identities, entry.owner) ?? null,
    risk: entry.risk ?? 'medium',
    refuse: entry.refuse ?? [],
    toolChanges: entry.toolChanges ?? ('quarantine' as const),
    ...upstreamValues(id, entry),
    ...headerValues(id, entry),
  }
  await insertConnection(doing.tx, id, entry.slug, values, APPLY)
  const { credentialSealed: _credential, envSealed: _environment, ...shown } = values
  audit(doing, step, 'connection.registered', id, shown)
}

async function createGrant(doing: Doing, step: Step, entry: DesiredGrant): Promise<void> {
  const { tx, actor, names } = doing
  const id = newId('grt')
  const isGroup = entry.subject.startsWith(GROUP_PREFIX)
  const identityId = isGroup ? null : names.identities.get(entry.subject.toLowerCase())!
  await tx.client.grant.create({
    data: {
      id,
      identityId,
      groupId: isGroup ? names.groups.get(entry.subject.slice(GROUP_PREFIX.length))! : null,
      connectionId: names.connections.get(entry.connection)!,
      tools: entry.tools,
      until: entry.until ?? null,
      reason: entry.reason ?? '',
      grantedBy: actor.label,
      managedBy: APPLY,
    },
  })
  audit(doing, step, 'grant.added', id, aboutGrant(entry))
}

const aboutGrant = ({ subject, connection, tools, until, reason }: DesiredGrant) => ({
  subject,
  connection,
  tools,
  until,
  reason,
})

/** Without its place in the file. */
const ruleOf = ({ at: _, ...rule }: DesiredRule): RuleValues => rule

function audit(
  { tx, actor, names }: Doing,
  step: Step,
  action: string,
  id: string,
  data: Record<string, unknown>,
): void {
  const entry = step.work.do === 'create-grant' || step.work.do === 'update-grant' ? step.work.entry : null
  recordAudit(tx, actor, {
    action,
    targetType: step.kind,
    targetId: id,
    identityId: step.kind === 'identity' ? id : entry && (names.identities.get(entry.subject.toLowerCase()) ?? null),
    connectionId: step.kind === 'connection' ? id : entry && (names.connections.get(entry.connection) ?? null),
    data: JSON.parse(JSON.stringify({ name: step.name, through: 'access.yaml', ...data })) as Record<string, string>,
  })
}
