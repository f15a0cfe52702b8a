import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import { Conflict, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { bindsTo, boundSubject, SubjectText } from './issuer'
import { findIssuer } from './issuer-store'
import { identityForUpdate } from './store'

export const BindSubject = z.object({ identityId: z.string(), issuer: z.string(), subject: SubjectText })
export type BindSubject = z.input<typeof BindSubject>

/** An administrator says whose tokens these are, before any of them was seen or after a gateway took them for a stranger's. */
export async function bindSubject(actor: Actor, input: BindSubject): Promise<Applied<{ subject: string }>> {
  requireRole(actor, 'admin')
  const { identityId, issuer, subject } = parseInput(BindSubject, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const trust = await findIssuer(tx, issuer)
    if (trust === null)
      throw new InvalidInput(`${issuer} is not a registered issuer.`, [{ path: 'issuer', message: 'not registered' }])
    const identity = await identityForUpdate(tx, identityId)
    const bound = boundSubject(bindsTo(trust), subject)
    const before = await tx.client.identityBinding.findUnique({
      where: { issuer_subject: { issuer, subject: bound } },
      include: { identity: { select: { name: true } } },
    })
    if (before?.identityId === identityId) throw new Conflict(`It stands for ${identity.name} already.`)
    // A stranger's identity that a gateway made is nobody's claim to it; what a person said or proved is.
    if (before !== null && before.via !== 'gateway') {
      throw new Conflict(`It stands for ${before.identity.name}. Unbind it there first.`)
    }
    await saveBinding(tx, actor, { issuer, subject: bound, identityId, name: identity.name, via: 'hand' })
    return { subject: bound }
  })
}

export const SubjectRef = z.object({ issuer: z.string(), subject: z.string() })
export type SubjectRef = z.input<typeof SubjectRef>

/** Its next token is a stranger's again. */
export async function unbindSubject(actor: Actor, input: SubjectRef): Promise<Applied<void>> {
  requireRole(actor, 'admin')
  const { issuer, subject } = parseInput(SubjectRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const key = { issuer_subject: { issuer, subject } }
    const before = await tx.client.identityBinding.findUnique({ where: key, include: { identity: true } })
    if (before === null) throw new NotFound('binding')
    await removeBinding(tx, actor, { issuer, subject, identityId: before.identityId, name: before.identity.name })
  })
}

interface Binding {
  issuer: string
  subject: string
  identityId: string
  /** Of the identity. */
  name: string
}

/** Shared with `apply`. What the issuer said of whom it stood for before goes with it. */
export async function saveBinding(
  tx: Tx,
  actor: Actor,
  { issuer, subject, identityId, name, via }: Binding & { via: 'hand' | 'apply' },
): Promise<void> {
  const key = { issuer_subject: { issuer, subject } }
  await changePolicy(tx)
  const before = await tx.client.identityBinding.findUnique({ where: key })
  if (before !== null)
    await tx.client.groupMember.deleteMany({ where: { identityId: before.identityId, source: issuer } })
  await tx.client.identityBinding.upsert({
    where: key,
    create: { issuer, subject, identityId, via },
    update: { identityId, via, groupsIssuedAt: null },
  })
  recordAudit(tx, actor, {
    action: 'identity.bound',
    targetType: 'identity',
    targetId: identityId,
    identityId,
    data: { identity: name, issuer, subject, before: before?.identityId ?? null },
  })
}

export async function removeBinding(
  tx: Tx,
  actor: Actor,
  { issuer, subject, identityId, name }: Binding,
): Promise<void> {
  await changePolicy(tx)
  await tx.client.identityBinding.delete({ where: { issuer_subject: { issuer, subject } } })
  // Another account of the same issuer may still stand for it, and says so with its next token.
  await tx.client.groupMember.deleteMany({ where: { identityId, source: issuer } })
  recordAudit(tx, actor, {
    action: 'identity.unbound',
    targetType: 'identity',
    targetId: identityId,
    identityId,
    data: { identity: name, issuer, subject },
  })
}
