import type { Misplaced } from './check-references'
import { PRUNED } from './current'
import type { DesiredProvider } from './sign-in-entry'
import { type PlanFacts, type Step, step, updateOrNothing } from './step'

export function planProvider(entry: DesiredProvider, facts: PlanFacts, problems: Misplaced[]): Step {
  const { current, isSameClientSecret, environmentIssuer } = facts
  const named = { name: entry.slug, at: entry.at }
  const at = [...entry.at, entry.protocol]
  const known = current.providers.find(({ slug }) => slug === entry.slug)
  const rival = current.providers.find(({ slug, issuer }) => issuer === entry.issuer && slug !== entry.slug)
  if (rival !== undefined) problems.push({ at, message: `${rival.slug} signs people in for this issuer already` })
  if (environmentIssuer !== null && environmentIssuer === entry.issuer.replace(/\/$/, ''))
    problems.push({ at, message: 'OIDC_ISSUER names this issuer already' })
  if (known === undefined)
    return { ...step('sign-in', named, facts), action: 'create', work: { do: 'add-provider', entry } }
  if (known.protocol !== entry.protocol || known.issuer !== entry.issuer) {
    // Its subjects would be taken for other people.
    problems.push({ at, message: `${entry.slug} is for ${known.issuer}, and that never changes: use another slug` })
    return step('sign-in', named, facts)
  }
  const enable = known.managedBy === PRUNED
  const { clientSecret, claims, ...said } = entry.said
  const before = known as unknown as Record<string, unknown>
  const changes = [
    ...Object.entries(said)
      .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]))
      .map(([field]) => field),
    ...Object.entries(claims ?? {})
      .filter(([field, value]) => value !== known.claims[field as keyof typeof known.claims])
      .map(([field]) => `${field}Claim`),
    ...(clientSecret !== undefined && !isSameClientSecret(known, clientSecret) ? ['clientSecret'] : []),
    ...(enable ? ['enabled'] : []),
  ]
  const note = known.disabledAt !== null && !enable ? 'disabled by a person; this file does not enable it' : null
  const work = { do: 'change-provider' as const, id: known.id, entry, enable }
  return { ...updateOrNothing('sign-in', named, facts, changes, work), note }
}
