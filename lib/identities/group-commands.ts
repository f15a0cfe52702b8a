import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { Conflict, NotFound, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { GroupName } from './naming'
import { findIdentity } from './store'

export const CreateGroup = z.object({ name: GroupName })
export type CreateGroup = z.input<typeof CreateGroup>

export async function createGroup(actor: Actor, input: CreateGroup): Promise<Applied<{ id: string; name: string }>> {
  requireRole(actor, 'admin')
  const { name } = parseInput(CreateGroup, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    if ((await tx.client.group.findUnique({ where: { name } })) !== null) throw new Conflict(`${name} exists already.`)
    const group = { id: newId('grp'), name }
    await changePolicy(tx)
    await tx.client.group.create({ data: group })
    recordAudit(tx, actor, { action: 'group.created', targetType: 'group', targetId: group.id, data: { name } })
    return group
  })
}

export const GroupMembership = z.object({ groupId: z.string(), identityId: z.string() })
export type GroupMembership = z.input<typeof GroupMembership>

/** By hand. What an identity provider's claim says is a membership of its own beside it. */
export const addGroupMember = (actor: Actor, input: GroupMembership): Promise<Applied<void>> =>
  changeMembership(actor, input, 'group.member_added', async (client, key) => {
    const { count } = await client.groupMember.createMany({ data: [{ ...key, source: 'hand' }], skipDuplicates: true })
    return count > 0
  })

/** Takes away what was added by hand or by access.yaml; a membership by claim ends at the identity provider. */
export const removeGroupMember = (actor: Actor, input: GroupMembership): Promise<Applied<void>> =>
  changeMembership(actor, input, 'group.member_removed', async (client, key) => {
    const { count } = await client.groupMember.deleteMany({ where: { ...key, source: { in: ['hand', 'apply'] } } })
    if (count > 0) return true
    const claimed = await client.groupMember.findFirst({ where: key })
    if (claimed !== null) throw new Conflict(`${claimed.source} says so: end this membership there.`)
    return false
  })

type Client = Parameters<Parameters<typeof changingPolicy>[0]>[0]['client']

async function changeMembership(
  actor: Actor,
  input: GroupMembership,
  action: string,
  change: (client: Client, key: { groupId: string; identityId: string }) => Promise<boolean>,
): Promise<Applied<void>> {
  requireRole(actor, 'admin')
  const key = parseInput(GroupMembership, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const group = await tx.client.group.findUnique({ where: { id: key.groupId } })
    if (group === null) throw new NotFound('group')
    const identity = await findIdentity(tx, key.identityId)
    if (identity === null) throw new NotFound('identity')
    if (!(await change(tx.client, key))) return
    await changePolicy(tx)
    recordAudit(tx, actor, {
      action,
      targetType: 'group',
      targetId: group.id,
      identityId: identity.id,
      data: { group: group.name, identity: identity.name },
    })
  })
}
