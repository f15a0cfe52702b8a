import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, sqlStateOf, type Tx } from '@/lib/db'
import type { RefusalReason } from '@/lib/domain'
import { newId } from '@/lib/ids'
import { type Admission, decideAdmission } from './admission'
import type { BearerClaims } from './bearer-claims'
import { trustedEmail } from './claims'
import type { Issuer } from './issuer'
import { getIdentityByName } from './store'

/** Which gateway admits: its name in the trail, and the chain that only it writes to. */
export interface AdmittingGateway {
  actor: `gateway:${string}`
  auditChain: `gateway:${string}`
}

export type AdmissionOutcome =
  | { refused: RefusalReason }
  | { refused: null; identityId: string /** From which policy version on it is known. */; version: bigint }

const ATTEMPTS = 3
const WAIT_MS = 2_000

/** `admit_token_subject` says so when what was decided on is not true any more, and when one issuer brings too many. */
const NOT_SO = 'CS001'
const TOO_MANY = 'CS002'

/**
 * A token whose subject is new, or whose group claims may be: once, off the path of the calls that follow. Runs in the
 * gateway with its restricted role, so all that is written is written by one function of the database, which checks what
 * was decided here; the trail of it is in the same transaction.
 */
export async function admitToken(
  gateway: AdmittingGateway,
  bearer: BearerClaims,
  trust: Issuer,
): Promise<AdmissionOutcome> {
  const actor: Actor = { id: null, label: gateway.actor, roles: [] }
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction((tx) => admit(tx, actor, bearer, trust), {
        auditChain: gateway.auditChain,
        maxWaitMs: WAIT_MS,
        timeoutMs: WAIT_MS,
      })
    } catch (error) {
      const code = sqlStateOf(error)
      if (code === TOO_MANY) return { refused: 'overloaded' }
      if (code !== NOT_SO) throw error
      // Another replica was faster, or an administrator: then the facts are others.
      if (attempt === ATTEMPTS) return { refused: 'identity_conflict' }
    }
  }
}

async function admit(tx: Tx, actor: Actor, bearer: BearerClaims, trust: Issuer): Promise<AdmissionOutcome> {
  const decision = decideAdmission(bearer, trust, await readFacts(tx, bearer, trust))
  if (decision.kind === 'refuse') return { refused: decision.reason }
  const done = await callDatabase(tx, bearer, decision)
  const about = { targetType: 'identity', targetId: done.identityId, identityId: done.identityId }
  const through = bearer.issuer
  // By what was done, not by what was decided: another replica may have made the binding in between.
  if (done.did === 'create' && decision.kind === 'create') {
    const { name, identityKind: kind } = decision
    recordAudit(tx, actor, { ...about, action: 'identity.created', data: { name, kind, through, roles: [] } })
  }
  if (done.did !== 'known') {
    recordAudit(tx, actor, { ...about, action: 'identity.bound', data: { issuer: through, subject: bearer.subject } })
  }
  if (done.joined.length > 0 || done.left.length > 0) {
    const { joined, left } = done
    recordAudit(tx, actor, { ...about, action: 'identity.groups_claimed', data: { joined, left, issuer: through } })
  }
  return { refused: null, identityId: done.identityId, version: BigInt(done.version) }
}

async function readFacts(tx: Tx, bearer: BearerClaims, trust: Issuer) {
  const { issuer, subject } = bearer
  const binding = await tx.client.identityBinding.findUnique({ where: { issuer_subject: { issuer, subject } } })
  const email = trustedEmail({ email: bearer.verifiedEmail, emailVerified: bearer.verifiedEmail !== null }, trust)
  const namesake = email === null ? null : await getIdentityByName(tx, email)
  // Another subject's. This one's own binding may have been made by another replica since it was looked for above.
  const rival =
    namesake &&
    (await tx.client.identityBinding.findFirst({
      where: { identityId: namesake.id, NOT: { issuer, subject }, OR: [{ issuer }, { via: { not: 'sign-in' } }] },
    }))
  return { boundTo: binding?.identityId ?? null, namesake, namesakeIsTaken: rival !== null, now: new Date() }
}

const Done = z.object({
  did: z.enum(['known', 'bind', 'create']),
  identityId: z.string(),
  joined: z.string().array(),
  left: z.string().array(),
  version: z.string(),
})

async function callDatabase(
  { client }: Tx,
  { issuer, subject, issuedAt, groups }: BearerClaims,
  decision: Exclude<Admission, { kind: 'refuse' }>,
): Promise<z.output<typeof Done>> {
  const identityId = decision.kind === 'bind' ? decision.identityId : null
  const fresh =
    decision.kind === 'create'
      ? JSON.stringify({
          id: newId('idn'),
          name: decision.name,
          displayName: decision.displayName.slice(0, 200),
          kind: decision.identityKind,
        })
      : null
  const groupIds = groups?.map(() => newId('grp')) ?? null
  const [row] = await client.$queryRaw<{ done: unknown }[]>`
    SELECT "admit_token_subject"(${issuer}, ${subject}, ${issuedAt}::timestamptz, ${identityId}, ${fresh}::jsonb,
      ${groups}::text[], ${groupIds}::text[]) AS "done"`
  return Done.parse(row?.done)
}
