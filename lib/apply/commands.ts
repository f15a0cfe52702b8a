import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { refreshInventory, sameCredential, sameStoredEnvironment } from '@/lib/connections/commands'
import { inTransaction, type Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { type FieldProblem, InvalidInput, parseInput } from '@/lib/errors'
import { askForKeys } from '@/lib/identities/commands'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { snapshotIn } from '@/lib/policies/store'
import { type Applied, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { sameClientSecret } from '@/lib/sign-in/commands'
import { checkReferences } from './check-references'
import type { CurrentProvider } from './current'
import { readCurrent } from './current-store'
import { type DesiredRule, problemAt, type ReadDocument, readDocument } from './document'
import { planAccess } from './plan'
import { describeStep, type PlannedStep, type Step } from './step'
import { carryOut, createPeople, namesOf, reserveIds } from './step-commands'

export const ApplyAccess = z.object({
  /** The text of access.yaml. */
  text: z.string(),
  dryRun: z.boolean().default(false),
  prune: z.boolean().default(false),
})
export type ApplyAccess = z.input<typeof ApplyAccess>

export interface ApplyReport {
  dryRun: boolean
  steps: PlannedStep[]
  counts: Record<PlannedStep['action'], number>
  /** New or changed connections whose server could not be asked for its tools, or could be bypassed; issuers without keys. */
  warnings: string[]
}

/**
 * Makes the database say what the file says, all of it in one transaction or nothing. The same file a second time changes
 * nothing. An exclusion is never lifted: a grant it covers is reported as refused while the rest is applied.
 * @throws InvalidInput with every problem of the file and its line
 */
export async function applyAccess(
  actor: Actor,
  input: ApplyAccess,
  environment: Record<string, string | undefined> = process.env,
): Promise<Applied<ApplyReport>> {
  requireRole(actor, 'admin')
  const { text, dryRun, prune } = parseInput(ApplyAccess, input)
  const read = readDocument(text, environment)
  const { result, lagging } = await changingPolicy(async (tx) => {
    const planned = await planIn(tx, actor, read, prune)
    if (!dryRun) await carryOutAll(tx, actor, planned.steps, planned.names)
    return planned
  })
  const changedSlugs = dryRun ? [] : result.steps.filter(hasNewAddress).map(({ name }) => name)
  const asked = await Promise.all(
    changedSlugs.map((slug) => askServer(actor, slug, result.names.connections.get(slug)!)),
  )
  const newIssuers = dryRun ? [] : result.steps.filter(needsKeys)
  const issuers = await Promise.all(newIssuers.map(askIssuer))
  return {
    result: {
      dryRun,
      steps: result.steps.map(describeStep),
      counts: countActions(result.steps),
      warnings: [...asked.flat(), ...issuers.flat()],
    },
    lagging,
  }
}

/** What a file says, as if it were applied: for as long as `look` looks, and then taken back. */
export interface Preview {
  policy: PolicySnapshot
  rules: DesiredRule[]
  /** What would not be applied: grants that an exclusion covers. */
  refused: PlannedStep[]
}

/**
 * Applies a file in a transaction that never commits: so that what it would do is decided by the same code.
 * @throws InvalidInput as `applyAccess` does
 */
export async function previewAccess(
  actor: Actor,
  text: string,
  environment: Record<string, string | undefined> = process.env,
): Promise<Preview> {
  requireRole(actor, 'admin')
  const read = readDocument(text, environment)
  const attempt = inTransaction(async (tx) => {
    const { steps, names } = await planIn(tx, actor, read, false)
    await carryOutAll(tx, actor, steps, names)
    const refused = steps.filter(({ action }) => action === 'refused').map(describeStep)
    throw new TakenBack({ policy: await snapshotIn(tx), rules: read.document.rules, refused })
  })
  return attempt.catch((outcome: unknown) => {
    if (outcome instanceof TakenBack) return outcome.preview
    throw outcome
  })
}

/** Thrown in a transaction, it undoes all that was written there. */
class TakenBack extends Error {
  constructor(readonly preview: Preview) {
    super('taken back')
  }
}

async function planIn(tx: Tx, actor: Actor, read: ReadDocument, prune: boolean) {
  await lockPolicy(tx)
  const current = await readCurrent(tx)
  const facts = {
    current,
    actorId: actor.id,
    prune,
    now: new Date(),
    lineOf: read.source.lineOf,
    isSameCredential: sameCredential,
    isSameEnvironment: sameStoredEnvironment,
    isSameClientSecret: (provider: CurrentProvider, wanted: string) =>
      sameClientSecret(provider.id, provider.clientSecretSealed, wanted),
    environmentIssuer: env().OIDC_ISSUER?.replace(/\/$/, '') ?? null,
    signedInWith: actor.signedInWith ?? null,
  }
  const plan = planAccess(read.document, facts)
  refuseProblems(read, [...checkReferences(read.document, current), ...plan.problems])
  const names = namesOf(current)
  reserveIds(plan.steps, names)
  return { steps: plan.steps, names }
}

async function carryOutAll(
  tx: Tx,
  actor: Actor,
  steps: readonly Step[],
  names: ReturnType<typeof namesOf>,
): Promise<void> {
  const doing = { tx, actor, names, now: new Date() }
  await createPeople(doing, steps, names)
  for (const step of steps) await carryOut(doing, step)
}

function refuseProblems(read: ReadDocument, misplaced: { at: (string | number)[]; message: string }[]): void {
  const problems: FieldProblem[] = [
    ...read.problems,
    // A file that is no YAML has no places to speak of.
    ...misplaced.map(({ at, message }) => problemAt(read.source, at, message)),
  ].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  if (problems.length === 0) return
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  throw new InvalidInput(`Nothing was applied: the file has ${count}.`, problems)
}

const hasNewAddress = ({ kind, action, changes }: Step): boolean =>
  kind === 'connection' &&
  (action === 'create' || ['upstream', 'credential', 'env', 'restored'].some((field) => changes.includes(field)))

/** After the commit: a server that is away is a warning, and must not hold everybody's lock until it times out. */
async function askServer(actor: Actor, slug: string, connectionId: string): Promise<string[]> {
  const { result } = await refreshInventory(actor, { connectionId })
  if (!result.reachable) return [`${slug}: ${result.problem} Its tools are not known yet.`]
  if (result.answersWithoutCredential)
    return [`${slug}: it also answers without the credential, so it could be bypassed.`]
  return []
}

const needsKeys = ({ kind, action, changes }: Step): boolean =>
  kind === 'issuer' && (action === 'create' || changes.includes('jwksUri'))

/** From here; a gateway may stand elsewhere in the network. */
async function askIssuer({ name, work }: Step): Promise<string[]> {
  const settings = work.do === 'create-issuer' || work.do === 'update-issuer' ? work.settings : {}
  const check = await askForKeys({ issuer: name, jwksUri: settings.jwksUri ?? null })
  return check.ok ? [] : [`${name}: ${check.problem} Until a gateway has its keys, its tokens are refused.`]
}

function countActions(steps: readonly Step[]): ApplyReport['counts'] {
  const counts = { create: 0, update: 0, unchanged: 0, prune: 0, refused: 0 }
  for (const { action } of steps) counts[action]++
  return counts
}
