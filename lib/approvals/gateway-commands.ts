import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, inTransaction, sqlStateOf, type Tx } from '@/lib/db'
import { Unavailable } from '@/lib/errors'
import type { HeldCall } from './approval'
import {
  endApprovalRow,
  keepWaiting,
  matchStandingRow,
  type OpenedApproval,
  openApprovalRow,
  readHeldState,
  type StandingQuestion,
  spendApprovalRow,
} from './held-store'

/** Which gateway holds: its name in the trail, and a chain that only it writes to. */
export interface HoldingGateway {
  actor: `gateway:${string}`
  auditChain: `gateway:${string}`
}

/** Whose call it is about, for the trail. */
export interface HeldRef {
  id: string
  identityId: string
  connectionId: string
  sessionId: string
  target: string
  reference: string
}

const WAIT_MS = 2_000

/** `open_approval` says so when one identity has too many calls held already. */
const TOO_MANY = 'CS002'

/**
 * Opens an approval for an exact call, or joins the open one of the same call.
 * @throws Unavailable when this identity has too many held calls already.
 */
export async function openApproval(gateway: HoldingGateway, call: HeldCall): Promise<OpenedApproval> {
  try {
    return await asGateway(gateway, async (tx, actor) => {
      const opened = await openApprovalRow(tx, call)
      const about = aboutCall({ ...call, id: opened.id })
      if (opened.lapsed !== null) {
        recordAudit(tx, actor, { ...about, action: 'approval.expired', targetId: opened.lapsed, outcome: 'expired' })
      }
      if (opened.opened) {
        const rules = call.requirements.map(({ ruleId, ruleName, ruleDigest }) => ({ ruleId, ruleName, ruleDigest }))
        recordAudit(tx, actor, {
          ...about,
          action: 'approval.requested',
          outcome: 'pending',
          data: { rules, callId: call.callId, toolDigest: call.toolDigest, expiresAt: opened.expiresAt.toISOString() },
        })
      }
      return opened
    })
  } catch (error) {
    if (sqlStateOf(error) === TOO_MANY) throw new Unavailable('Too many calls of this identity wait for approval.')
    throw error
  }
}

/** Approved → used, once, in time, for the very call. False: it may not run. */
export function releaseApproval(
  gateway: HoldingGateway,
  held: HeldRef,
  use: { binding: Uint8Array; callId: string },
): Promise<boolean> {
  return asGateway(gateway, async (tx, actor) => {
    const used = await spendApprovalRow(tx, { id: held.id, ...use })
    if (used) {
      const data = { callId: use.callId }
      recordAudit(tx, actor, { ...aboutCall(held), action: 'approval.used', outcome: 'used', data })
    }
    return used
  })
}

/** Its client gave it up. False: it was over already. */
export const cancelApproval = (gateway: HoldingGateway, held: HeldRef, reason: string): Promise<boolean> =>
  end(gateway, held, 'cancelled', reason)

/** What it was approved under does not hold any more. False: it was over already. */
export const voidApproval = (gateway: HoldingGateway, held: HeldRef, reason: string): Promise<boolean> =>
  end(gateway, held, 'void', reason)

function end(gateway: HoldingGateway, held: HeldRef, how: 'cancelled' | 'void', reason: string): Promise<boolean> {
  return asGateway(gateway, async (tx, actor) => {
    const ended = await endApprovalRow(tx, how, held.id, reason)
    if (ended) recordAudit(tx, actor, { ...aboutCall(held), action: `approval.${how}`, outcome: how, reason })
    return ended
  })
}

/** Whether a standing approval lets this session repeat this call now; which one. */
export function repeatUnderStanding(
  gateway: HoldingGateway,
  asked: StandingQuestion & Omit<HeldRef, 'id'> & { callId: string },
): Promise<string | null> {
  return asGateway(gateway, async (tx, actor) => {
    const id = await matchStandingRow(tx, asked)
    if (id !== null) {
      const about = { ...aboutCall({ ...asked, id }), targetType: 'standing' }
      recordAudit(tx, actor, { ...about, action: 'standing.used', outcome: 'allowed', data: { callId: asked.callId } })
    }
    return id
  })
}

export const heldState = (id: string) => readHeldState(db(), id)
export const stillWaiting = (id: string, seconds: number) => keepWaiting(db(), id, seconds)

const aboutCall = ({ id, identityId, connectionId, sessionId, target, reference }: HeldRef) => ({
  targetType: 'approval',
  targetId: id,
  identityId,
  connectionId,
  sessionId,
  tool: target,
  reference,
})

/** The change and its trail in one transaction, under the gateway's own rights. */
function asGateway<T>(gateway: HoldingGateway, work: (tx: Tx, actor: Actor) => Promise<T>): Promise<T> {
  const actor: Actor = { id: null, label: gateway.actor, roles: [] }
  const { auditChain } = gateway
  return inTransaction((tx) => work(tx, actor), { auditChain, maxWaitMs: WAIT_MS, timeoutMs: WAIT_MS })
}
