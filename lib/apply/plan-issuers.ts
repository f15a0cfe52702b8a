import { bindsTo, boundSubject, type Issuer } from '@/lib/identities/issuer'
import { changedSettings, UNLESS_TOLD, whatIsSaid } from '@/lib/identities/issuer-settings'
import { sharedIssuerProblem } from '@/lib/identities/shared-issuers'
import type { Misplaced } from './check-references'
import { APPLY } from './current'
import { type AccessDocument, type DesiredIssuer, subjectsOf } from './document'
import { type PlanFacts, type Step, step, updateOrNothing } from './step'

export function planIssuer(
  entry: DesiredIssuer,
  document: AccessDocument,
  facts: PlanFacts,
  problems: Misplaced[],
): Step {
  const named = { name: entry.issuer, at: entry.at }
  const known = facts.current.issuers.find(({ issuer }) => issuer === entry.issuer)
  const settings = known === undefined ? withDomainsOfPeople(entry, document) : entry.settings
  const wanted = { ...(known ?? UNLESS_TOLD), ...whatIsSaid(settings) }
  const shared = sharedIssuerProblem(entry.issuer, wanted.requiredClaims)
  if (shared !== null) problems.push({ at: [...entry.at, 'require'], message: `${entry.issuer} ${shared}` })
  const note =
    wanted.identityClaim === 'email'
      ? wanted.emailDomains.length === 0
        ? 'names no domain, so nobody is found by address'
        : `finds people by verified addresses of ${wanted.emailDomains.join(', ')}`
      : null
  if (known === undefined) {
    const work = { do: 'create-issuer' as const, name: entry.issuer, settings }
    return { ...step('issuer', named, facts), action: 'create', note, work }
  }
  const work = { do: 'update-issuer' as const, id: known.id, settings }
  return { ...updateOrNothing('issuer', named, facts, changedSettings(known, settings), work), note }
}

/**
 * Whoever names people by address and no domains means those of the people this file is about. What is then stored, and
 * shown, is the list of them: an issuer never speaks for a domain that is written nowhere.
 */
function withDomainsOfPeople({ settings }: DesiredIssuer, { identities }: AccessDocument) {
  if (settings.identityClaim !== 'email' || settings.emailDomains !== undefined) return settings
  const domains = identities.filter(({ kind }) => kind === 'human').map(({ name }) => name.slice(name.indexOf('@') + 1))
  return { ...settings, emailDomains: [...new Set(domains)].sort() }
}

interface DesiredBinding {
  identity: string
  issuer: string
  /** As it is bound. */
  subject: string
}

/** Which subjects stand for which identities: one step each. */
export function planBindings(document: AccessDocument, facts: PlanFacts, problems: Misplaced[]): Step[] {
  const { current } = facts
  const nameOf = new Map(current.identities.map(({ id, name }) => [id, name]))
  const claimOf = (issuer: string) => bindsTo(issuerAfter(issuer, document, facts))
  // What a change of the claim ends is not there any more when this is done.
  const kept = current.bindings.filter(({ issuer, via }) => {
    const known = current.issuers.find((one) => one.issuer === issuer)
    return via === 'sign-in' || known === undefined || bindsTo(known) === claimOf(issuer)
  })
  const wanted = subjectsOf(document.identities).map(({ at, identity, issuer, subject }) => {
    const binding: DesiredBinding = { identity, issuer, subject: boundSubject(claimOf(issuer), subject) }
    return { at, binding }
  })
  const steps = wanted.map(({ at, binding }): Step => {
    const named = { name: bindingName(binding), at }
    const known = kept.find(({ issuer, subject }) => issuer === binding.issuer && subject === binding.subject)
    const standsFor = known && nameOf.get(known.identityId)
    if (standsFor === binding.identity) return step('binding', named, facts)
    // What a person proved by signing in, or an administrator said, is not this file's to change.
    if (known !== undefined && known.via !== 'gateway' && known.via !== APPLY) {
      problems.push({ at, message: `${binding.subject} stands for ${standsFor} already: unbind it there first` })
    }
    const note = standsFor === undefined ? null : `stood for ${standsFor}`
    return { ...step('binding', named, facts), action: 'create', note, work: { do: 'bind-subject', binding } }
  })
  return [
    ...steps,
    ...unlisted(
      document,
      kept,
      wanted.map(({ binding }) => binding),
      facts,
    ),
  ]
}

/** An identity's list is the whole truth of what this file once bound to it. */
function unlisted(
  document: AccessDocument,
  kept: PlanFacts['current']['bindings'],
  wanted: readonly DesiredBinding[],
  facts: PlanFacts,
): Step[] {
  return document.identities.flatMap(({ name, subjects, at }) => {
    const id = facts.current.identities.find((identity) => identity.name === name)?.id
    if (subjects === undefined || id === undefined) return []
    return kept
      .filter(({ identityId, via }) => identityId === id && via === APPLY)
      .filter(({ issuer, subject }) => !wanted.some((one) => one.issuer === issuer && one.subject === subject))
      .map(({ issuer, subject }): Step => {
        const binding = { identity: name, issuer, subject }
        const named = { name: bindingName(binding), at }
        const work = { do: 'unbind-subject' as const, id, binding }
        return { ...step('binding', named, facts), action: 'update', changes: ['removed'], work }
      })
  })
}

function issuerAfter(name: string, document: AccessDocument, { current }: PlanFacts): Pick<Issuer, 'identityClaim'> {
  const said = document.issuers.find(({ issuer }) => issuer === name)?.settings.identityClaim
  const known = current.issuers.find(({ issuer }) => issuer === name)
  return { identityClaim: said ?? known?.identityClaim ?? UNLESS_TOLD.identityClaim }
}

const bindingName = ({ identity, issuer, subject }: DesiredBinding): string => `${identity} ← ${subject} of ${issuer}`
