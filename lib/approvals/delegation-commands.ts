import { z } from 'zod'
import { type Actor, hasRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, type Tx } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { HumanName } from '@/lib/identities/naming'
import { identityStanding } from '@/lib/identities/standing'
import { findIdentity, getIdentityByName } from '@/lib/identities/store'
import { newId } from '@/lib/ids'
import { lockPolicy } from '@/lib/policy-version'
import { delegationsFrom, endDelegationRow, findDelegation, saveDelegation } from './delegation-store'
import { databaseNow } from './store'

const MAX_DAYS = 90
const DAY_MS = 86_400_000

export const DelegateApprovals = z.object({
  /** Whose seats; left out, the actor's own. */
  from: HumanName.optional(),
  to: HumanName,
  /** Left out: at once. */
  startsAt: z.coerce.date().optional(),
  endsAt: z.coerce.date(),
  reason: z.string().trim().min(1, 'say why').max(500),
})
export type DelegateApprovals = z.input<typeof DelegateApprovals>

/**
 * Lets somebody else take one's seats for a while. It gives them nothing where they stand behind the caller themselves, and
 * they do not pass it on. Only an administrator does it for another, and never in their own favour.
 */
export async function delegateApprovals(actor: Actor, input: DelegateApprovals): Promise<{ id: string }> {
  const wish = parseInput(DelegateApprovals, input)
  return inTransaction(async (tx) => {
    // Who may decide does not change while somebody's vote is being counted.
    await lockPolicy(tx)
    const now = await databaseNow(tx)
    const from = await giver(tx, actor, wish.from, now)
    const to = await activePerson(tx, wish.to, 'to', now)
    if (from.id === to.id)
      throw new InvalidInput('A delegate is somebody else.', [{ path: 'to', message: 'another person' }])
    if (from.id !== actor.id && to.id === actor.id)
      throw new Forbidden('Nobody takes the seats of another by themselves.')
    const startsAt = wish.startsAt !== undefined && wish.startsAt > now ? wish.startsAt : now
    requireSpan(startsAt, wish.endsAt)
    const theirs = await delegationsFrom(tx, to.id, startsAt, wish.endsAt)
    if (theirs.length > 0) {
      throw new Conflict(`${to.name} has delegated in that time themselves, and a delegate does not delegate further.`)
    }
    const id = newId('dlg')
    const { endsAt, reason } = wish
    await saveDelegation(tx, { id, fromId: from.id, toId: to.id, startsAt, endsAt, reason, createdBy: actor.label })
    recordAudit(tx, actor, {
      action: 'delegation.created',
      targetType: 'delegation',
      targetId: id,
      identityId: from.id,
      reason,
      data: { from: from.name, to: to.name, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
    })
    return { id }
  })
}

/** For whoever gave it, whoever has it, and administrators. @throws NotFound for anybody else */
export async function endDelegation(actor: Actor, input: { delegationId: string }): Promise<void> {
  const { delegationId } = parseInput(z.object({ delegationId: z.string().min(1).max(100) }), input)
  await inTransaction(async (tx) => {
    await lockPolicy(tx)
    const found = await findDelegation(tx, delegationId)
    const isTheirs = found !== null && (found.from.id === actor.id || found.to.id === actor.id)
    if (found === null || !(isTheirs || hasRole(actor, 'admin'))) throw new NotFound('delegation')
    const now = await databaseNow(tx)
    if (!(await endDelegationRow(tx, delegationId, actor.label, now))) throw new Conflict('It is over already.')
    recordAudit(tx, actor, {
      action: 'delegation.ended',
      targetType: 'delegation',
      targetId: delegationId,
      identityId: found.from.id,
      data: { from: found.from.name, to: found.to.name },
    })
  })
}

async function giver(tx: Tx, actor: Actor, name: string | undefined, now: Date): Promise<Identity> {
  if (name === undefined && actor.id === null) {
    throw new InvalidInput('Say whose seats: nobody in particular acts here.', [
      { path: 'from', message: 'name a person' },
    ])
  }
  const self = name === undefined && actor.id !== null ? await findIdentity(tx, actor.id) : null
  const person = await activePerson(tx, name ?? self?.name ?? '', 'from', now)
  if (person.id !== actor.id && !hasRole(actor, 'admin'))
    throw new Forbidden('Only an administrator delegates for another.')
  return person
}

async function activePerson(tx: Tx, name: string, path: string, now: Date): Promise<Identity> {
  const person = await getIdentityByName(tx, name)
  if (person === null || person.kind !== 'human' || identityStanding(person, now) !== null) {
    throw new InvalidInput(`${name} is nobody here who can sign in and decide.`, [
      { path, message: 'an active person' },
    ])
  }
  return person
}

function requireSpan(startsAt: Date, endsAt: Date): void {
  const bad = (message: string) => new InvalidInput(message, [{ path: 'endsAt', message }])
  if (endsAt <= startsAt) throw bad('It would end before it begins.')
  if (endsAt.getTime() - startsAt.getTime() > MAX_DAYS * DAY_MS) throw bad(`At most ${MAX_DAYS} days.`)
}
