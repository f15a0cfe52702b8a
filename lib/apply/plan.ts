import { sameAssertion } from '@/lib/connections/identity-assertion'
import { runsTheSame } from '@/lib/connections/process-input'
import type { StoredConnection } from '@/lib/connections/stored-connection'
import { leavesOrigin } from '@/lib/connections/target'
import { sameRoles } from '@/lib/identities/authority'
import type { Misplaced } from './check-references'
import { APPLY, PRUNED } from './current'
import type { AccessDocument, DesiredConnection, DesiredGroup, DesiredIdentity } from './document'
import { planGrants } from './plan-grants'
import { planBindings, planIssuer } from './plan-issuers'
import { planPrune } from './plan-prune'
import { planRule } from './plan-rules'
import { planProvider } from './plan-sign-in'
import type { Path } from './source'
import { type PlanFacts, type Step, sameSet, step, updateOrNothing, type Work } from './step'

export interface AccessPlan {
  /** In the order they have to be done. */
  steps: Step[]
  /** With any of these nothing is applied. */
  problems: Misplaced[]
}

/** Desired against current. What the file does not name is left alone, unless it is pruned. */
export function planAccess(document: AccessDocument, facts: PlanFacts): AccessPlan {
  const problems: Misplaced[] = []
  const steps = [
    ...document.providers.map((entry) => planProvider(entry, facts, problems)),
    ...document.issuers.map((entry) => planIssuer(entry, document, facts, problems)),
    ...document.identities.map((entry) => planIdentity(entry, facts, problems)),
    ...planBindings(document, facts, problems),
    ...document.groups.map((entry) => planGroup(entry, facts)),
    ...document.connections.map((entry) => planConnection(entry, facts, problems)),
    ...planGrants(document.grants, facts),
    ...document.rules.map((entry) => planRule(entry, document, facts, problems)),
    ...(facts.prune ? planPrune(document, facts) : []),
  ]
  return { steps, problems }
}

function planIdentity(entry: DesiredIdentity, facts: PlanFacts, problems: Misplaced[]): Step {
  const known = facts.current.identities.find(({ name }) => name === entry.name)
  if (known === undefined) {
    const note = entry.kind !== 'human' && !entry.owner ? 'nobody owns it, so it is refused until somebody does' : null
    return { ...step('identity', entry, facts), action: 'create', note, work: { do: 'create-identity', entry } }
  }
  if (known.kind !== entry.kind) {
    problems.push({
      at: [...entry.at, 'kind'],
      message: `${entry.name} is a ${known.kind} already, and a kind never changes`,
    })
  }
  const nameOf = (id: string | null) => facts.current.identities.find((identity) => identity.id === id)?.name ?? null
  const enable = known.managedBy === PRUNED
  const changes = [
    ...changed('displayName', entry.displayName, known.displayName),
    ...changed('owner', entry.owner, nameOf(known.ownerId)),
    ...changed('manager', entry.manager, nameOf(known.managerId)),
    ...changed('endsAt', entry.endsAt?.getTime() ?? entry.endsAt, known.endsAt?.getTime() ?? null),
    ...(entry.roles !== undefined && !sameRoles(entry.roles, known.roles) ? ['roles'] : []),
    ...(enable ? ['enabled'] : []),
  ]
  if (changes.includes('roles') && known.id === facts.actorId) {
    problems.push({ at: [...entry.at, 'roles'], message: 'nobody changes their own roles' })
  }
  const note = known.disabledAt !== null && !enable ? 'disabled by a person; this file does not enable it' : null
  const work: Work = { do: 'update-identity', id: known.id, entry, enable }
  return { ...updateOrNothing('identity', entry, facts, changes, work), note }
}

function planGroup(entry: DesiredGroup, facts: PlanFacts): Step {
  const known = facts.current.groups.find(({ name }) => name === entry.name)
  if (known === undefined)
    return { ...step('group', entry, facts), action: 'create', work: { do: 'create-group', entry } }
  const idOf = new Map(facts.current.identities.map(({ name, id }) => [name, id]))
  const wanted = new Set(entry.members.map((name) => idOf.get(name)))
  const reclaim = known.managedBy === PRUNED
  const members = new Set(known.members.map(({ identityId }) => identityId))
  const add = [...new Set(entry.members)].filter((name) => !members.has(idOf.get(name) ?? ''))
  // Only what this file once said: a member by hand or by claim is not its business.
  const removeIds = known.members
    .filter(({ identityId, source }) => source === APPLY && !wanted.has(identityId))
    .map(({ identityId }) => identityId)
  const changes = [...(add.length > 0 || removeIds.length > 0 ? ['members'] : []), ...(reclaim ? ['restored'] : [])]
  return updateOrNothing('group', entry, facts, changes, { do: 'update-group', id: known.id, add, removeIds, reclaim })
}

function planConnection(entry: DesiredConnection, facts: PlanFacts, problems: Misplaced[]): Step {
  const named = { name: entry.slug, at: entry.at }
  const known = facts.current.connections.find(({ slug }) => slug === entry.slug)
  if (known === undefined) {
    return { ...step('connection', named, facts), action: 'create', work: { do: 'create-connection', entry } }
  }
  const owner = facts.current.identities.find(({ id }) => id === known.ownerId)?.name ?? null
  const restore = known.archivedAt !== null
  const changes = [
    ...changed('name', entry.name, known.name),
    ...(leadsElsewhere(entry, known) ? ['upstream'] : []),
    ...(entry.process?.env !== undefined && !facts.isSameEnvironment(known, entry.process.env) ? ['env'] : []),
    ...changed('owner', entry.owner, owner),
    ...changed('risk', entry.risk, known.risk),
    ...(entry.refuse === undefined || sameSet(entry.refuse, known.refuse) ? [] : ['refuse']),
    ...changed('toolChanges', entry.toolChanges, known.toolChanges),
    ...(entry.credential !== undefined && !facts.isSameCredential(known, entry.credential) ? ['credential'] : []),
    ...(entry.assertIdentity !== undefined && !sameAssertion(known, entry.assertIdentity) ? ['assertIdentity'] : []),
    ...(restore ? ['restored'] : []),
  ]
  const sealed = sealedForAnother(entry, known)
  if (sealed !== null) problems.push({ at: [...entry.at, ...sealed.field], message: sealed.message })
  return updateOrNothing('connection', named, facts, changes, { do: 'update-connection', id: known.id, entry, restore })
}

function leadsElsewhere(entry: DesiredConnection, known: StoredConnection): boolean {
  if (entry.process !== undefined) return known.transport !== 'stdio' || !runsTheSame(known, entry.process)
  return entry.upstreamUrl !== known.upstreamUrl || entry.transport !== known.transport
}

/** What was sealed for one server is not handed to another one because an address or a command changed. */
function sealedForAnother(entry: DesiredConnection, known: StoredConnection): { field: Path; message: string } | null {
  if (entry.process !== undefined) {
    const isOther = entry.process.env === undefined && known.envSealed !== null && !runsTheSame(known, entry.process)
    return isOther
      ? { field: ['upstream', 'command'], message: 'name the environment again: it was for another command' }
      : null
  }
  if (entry.credential !== undefined || known.credentialSealed === null || known.upstreamUrl === null) return null
  return leavesOrigin(known.upstreamUrl, entry.upstreamUrl!)
    ? { field: ['upstream', 'url'], message: 'name the credential again: it was for another server' }
    : null
}

/** Left out of the file: left alone. */
const changed = (field: string, wanted: unknown, is: unknown): string[] =>
  wanted === undefined || wanted === is ? [] : [field]
