import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, type Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { Conflict, InvalidInput, parseInput, Unavailable } from '@/lib/errors'
import { describeFetchProblem, guardedJson } from '@/lib/guarded-json'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { sameIssuer } from './claims'
import { findKeys, KeysNotFound } from './discovery'
import { bindsTo, claimableGroups, type Issuer, IssuerUrl, KeysUrl } from './issuer'
import { changedSettings, IssuerSettings, SETTINGS, UNLESS_TOLD, whatIsSaid } from './issuer-settings'
import { findIssuer, getIssuer, issuerForUpdate } from './issuer-store'
import { sharedIssuerProblem } from './shared-issuers'

export interface CheckedKeys {
  jwksUri: string
  keys: { kid: string | null; type: string; alg: string | null }[]
}

export const CheckIssuer = z.object({ issuer: IssuerUrl, jwksUri: KeysUrl.nullable().default(null) })
export type CheckIssuer = z.input<typeof CheckIssuer>

export type IssuerCheck = ({ ok: true } & CheckedKeys) | { ok: false; problem: string }

/** Asks the issuer for its keys, now and from here. A gateway elsewhere may see another network. */
export async function checkIssuer(actor: Actor, input: CheckIssuer): Promise<IssuerCheck> {
  requireRole(actor, 'admin')
  return askForKeys(parseInput(CheckIssuer, input))
}

export async function askForKeys(source: Pick<Issuer, 'issuer' | 'jwksUri'>): Promise<IssuerCheck> {
  try {
    const { keys, jwksUri } = await findKeys(source, (url) => guardedJson(url))
    return { ok: true, jwksUri, keys: keys.map(({ kid, alg, jwk }) => ({ kid, alg, type: typeOf(jwk) })) }
  } catch (error) {
    return { ok: false, problem: error instanceof KeysNotFound ? error.message : describeFetchProblem(error) }
  }
}

const typeOf = (jwk: { kty: string; crv?: string }): string => jwk.crv ?? jwk.kty

/** For whoever knows that only the gateways can reach it. */
const evenIfUnreachable = z.boolean().default(false)

export const RegisterIssuer = IssuerSettings.extend({ issuer: IssuerUrl, evenIfUnreachable })
export type RegisterIssuer = z.input<typeof RegisterIssuer>

export async function registerIssuer(actor: Actor, input: RegisterIssuer): Promise<Applied<Issuer>> {
  requireRole(actor, 'admin')
  const { evenIfUnreachable, issuer, ...settings } = parseInput(RegisterIssuer, input)
  const wanted = { ...UNLESS_TOLD, ...whatIsSaid(settings), issuer }
  refuseShared(wanted)
  // Asked before the transaction: a slow server must not hold the policy lock.
  if (!evenIfUnreachable) await requireKeys(wanted)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    if ((await findIssuer(tx, issuer)) !== null) throw new Conflict(`${issuer} is registered already.`)
    return insertIssuer(tx, actor, issuer, settings, null)
  })
}

export const UpdateIssuer = IssuerSettings.extend({ issuerId: z.string(), evenIfUnreachable })
export type UpdateIssuer = z.input<typeof UpdateIssuer>

/** Its name stays: with another one, whatever it says would be about other subjects. */
export async function updateIssuer(actor: Actor, input: UpdateIssuer): Promise<Applied<Issuer>> {
  requireRole(actor, 'admin')
  const { issuerId, evenIfUnreachable, ...settings } = parseInput(UpdateIssuer, input)
  const before = await getIssuer(db(), issuerId)
  const moves = settings.jwksUri !== undefined && settings.jwksUri !== before.jwksUri
  if (moves && !evenIfUnreachable) await requireKeys({ ...before, ...whatIsSaid(settings) })
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    return changeIssuer(tx, actor, await issuerForUpdate(tx, issuerId), settings)
  })
}

export const IssuerRef = z.object({ issuerId: z.string() })
export type IssuerRef = z.input<typeof IssuerRef>

/** Its tokens are refused from the next call on, and what its word alone gave ends with it. */
export async function removeIssuer(actor: Actor, input: IssuerRef): Promise<Applied<{ issuer: string }>> {
  requireRole(actor, 'admin')
  const { issuerId } = parseInput(IssuerRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const issuer = await issuerForUpdate(tx, issuerId)
    await deleteIssuer(tx, actor, issuer)
    return { issuer: issuer.issuer }
  })
}

/** Shared with `apply`, which authorises and plans by itself. */
export async function insertIssuer(
  tx: Tx,
  actor: Actor,
  name: string,
  settings: IssuerSettings,
  managedBy: string | null,
): Promise<Issuer> {
  const issuer: Issuer = { ...UNLESS_TOLD, ...whatIsSaid(settings), id: newId('iss'), issuer: name }
  refuseShared(issuer)
  await changePolicy(tx)
  await tx.client.issuer.create({ data: { ...issuer, managedBy, createdBy: actor.label } })
  recordAudit(tx, actor, about(issuer, 'issuer.registered', pick(issuer, SETTINGS)))
  return issuer
}

export async function changeIssuer(tx: Tx, actor: Actor, before: Issuer, settings: IssuerSettings): Promise<Issuer> {
  const after: Issuer = { ...before, ...whatIsSaid(settings) }
  const fields = changedSettings(before, settings)
  if (fields.length === 0) return before
  refuseShared(after)
  await changePolicy(tx)
  await tx.client.issuer.update({ where: { id: before.id }, data: pick(after, fields) })
  // What was bound by one claim means nothing under another.
  const ended = bindsTo(before) === bindsTo(after) ? 0 : await endBindings(tx, before.issuer)
  if (fields.includes('groupsClaim') || fields.includes('groupGlobs')) await limitMemberships(tx, after)
  const data = { from: pick(before, fields), to: pick(after, fields), ...(ended > 0 && { bindingsEnded: ended }) }
  recordAudit(tx, actor, about(after, 'issuer.updated', data))
  return after
}

export async function deleteIssuer(tx: Tx, actor: Actor, issuer: Issuer): Promise<void> {
  await changePolicy(tx)
  await tx.client.issuer.delete({ where: { id: issuer.id } })
  const bindings = await endBindings(tx, issuer.issuer)
  const memberships = await endMemberships(tx, issuer.issuer)
  await tx.client.issuerKeyStatus.deleteMany({ where: { issuer: issuer.issuer } })
  recordAudit(tx, actor, about(issuer, 'issuer.removed', { bindingsEnded: bindings, membershipsEnded: memberships }))
}

const pick = <K extends keyof Issuer>(issuer: Issuer, fields: readonly K[]) =>
  Object.fromEntries(fields.map((field) => [field, issuer[field]])) as Pick<Issuer, K>

/** Who signs in to the web app with the same issuer proves that there, by every sign-in. */
async function endBindings({ client }: Tx, issuer: string): Promise<number> {
  return (await client.identityBinding.deleteMany({ where: { issuer, via: { not: 'sign-in' } } })).count
}

async function endMemberships(tx: Tx, issuer: string): Promise<number> {
  if (await isForSignIn(tx, issuer)) return 0
  return (await tx.client.groupMember.deleteMany({ where: { source: issuer } })).count
}

async function limitMemberships(tx: Tx, issuer: Issuer): Promise<void> {
  // Whatever the next token says is then new, also if its issuer made it before this change.
  await tx.client.identityBinding.updateMany({ where: { issuer: issuer.issuer }, data: { groupsIssuedAt: null } })
  if (await isForSignIn(tx, issuer.issuer)) return
  const groups = await tx.client.group.findMany({ where: { members: { some: { source: issuer.issuer } } } })
  const kept =
    issuer.groupsClaim === null
      ? []
      : claimableGroups(
          issuer,
          groups.map(({ name }) => name),
        )
  const ended = groups.filter(({ name }) => !kept.includes(name)).map(({ id }) => id)
  await tx.client.groupMember.deleteMany({ where: { source: issuer.issuer, groupId: { in: ended } } })
}

async function isForSignIn({ client }: Tx, issuer: string): Promise<boolean> {
  const { OIDC_ISSUER } = env()
  if (OIDC_ISSUER !== undefined && sameIssuer(OIDC_ISSUER, issuer)) return true
  return (await client.signInProvider.count({ where: { issuer, disabledAt: null } })) > 0
}

async function requireKeys(source: Pick<Issuer, 'issuer' | 'jwksUri'>): Promise<void> {
  const check = await askForKeys(source)
  if (!check.ok) throw new Unavailable(`The keys of ${source.issuer} could not be fetched: ${check.problem}`)
}

function refuseShared({ issuer, requiredClaims }: Pick<Issuer, 'issuer' | 'requiredClaims'>): void {
  const problem = sharedIssuerProblem(issuer, requiredClaims)
  if (problem !== null) throw new InvalidInput(`${issuer} ${problem}.`, [{ path: 'requiredClaims', message: problem }])
}

const about = (issuer: Issuer, action: string, data: Record<string, unknown>) => ({
  action,
  targetType: 'issuer',
  targetId: issuer.id,
  data: JSON.parse(JSON.stringify({ issuer: issuer.issuer, ...data })) as Record<string, string>,
})
