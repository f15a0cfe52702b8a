import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { type PersonRef, personRef } from '@/lib/identities/store'

export interface DelegationView {
  id: string
  from: PersonRef
  to: PersonRef
  startsAt: Date
  endsAt: Date
  reason: string
  createdBy: string
  createdAt: Date
  revokedAt: Date | null
  revokedBy: string | null
}

const shown = { include: { from: personRef, to: personRef } } as const

const toView = ({ fromId: _f, toId: _t, ...row }: DelegationView & { fromId: string; toId: string }): DelegationView =>
  row

/** One's own, given and taken; for whoever sees everything, all. Those that are not over, or also the others. */
export async function listDelegations(
  { client }: Db,
  viewer: Actor,
  { all = false, now = new Date() }: { all?: boolean; now?: Date } = {},
): Promise<DelegationView[]> {
  const mine = seesEverything(viewer) ? {} : { OR: [{ fromId: viewer.id ?? '' }, { toId: viewer.id ?? '' }] }
  const rows = await client.approvalDelegation.findMany({
    where: { AND: [mine, all ? {} : { revokedAt: null, endsAt: { gt: now } }] },
    orderBy: [{ endsAt: 'asc' }, { id: 'asc' }],
    take: 500,
    ...shown,
  })
  return rows.map(toView)
}

export async function findDelegation({ client }: Db, id: string): Promise<DelegationView | null> {
  const row = await client.approvalDelegation.findUnique({ where: { id }, ...shown })
  return row && toView(row)
}

/** Of somebody's own seat, at any moment between. */
export async function delegationsFrom({ client }: Db, fromId: string, startsAt: Date, endsAt: Date) {
  return client.approvalDelegation.findMany({
    where: { fromId, revokedAt: null, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
    select: { id: true, toId: true },
  })
}

export async function saveDelegation(
  { client }: Tx,
  row: { id: string; fromId: string; toId: string; startsAt: Date; endsAt: Date; reason: string; createdBy: string },
): Promise<void> {
  await client.approvalDelegation.create({ data: row })
}

/** False: it was over already. */
export async function endDelegationRow({ client }: Tx, id: string, by: string, at: Date): Promise<boolean> {
  const { count } = await client.approvalDelegation.updateMany({
    where: { id, revokedAt: null, endsAt: { gt: at } },
    data: { revokedAt: at, revokedBy: by },
  })
  return count === 1
}
