import { z } from 'zod'
import { InvalidInput } from '@/lib/errors'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { CampaignScope } from './campaign'
import { buildPopulation, type PopulationFacts, type PopulationItem, unknownInScope } from './population'
import { assignReviewer } from './reviewers'

const DAY_MS = 86_400_000

/** `2026-12-31` is the end of that day, UTC: who has until a day has that day. */
const Due = z
  .union([z.iso.date().transform((day) => new Date(`${day}T23:59:59.999Z`)), z.coerce.date()])
  .refine((date) => !Number.isNaN(date.getTime()), 'a date')

const DueIn = z
  .string()
  .regex(/^[1-9]\d{0,2}d$/, 'a number of days, such as 14d')
  .transform((text) => Number(text.slice(0, -1)))

/** What `campaign launch -f` reads and the form sends; documented in docs/campaigns.md. */
export const LaunchCampaign = CampaignScope.extend({
  name: z.string().trim().min(1).max(200),
  /** Reviews what nobody closer may: a person's name. */
  fallback: z.string().trim().toLowerCase().min(1),
  due: Due.optional(),
  dueIn: DueIn.optional(),
  /** Certifying by silence would be approval nobody gave, so the deadline either revokes or leaves items open. */
  onSilence: z.literal('revoke').nullable().default(null),
})
  .strict()
  .refine((input) => (input.due === undefined) !== (input.dueIn === undefined), {
    path: ['due'],
    message: 'give either due (a date) or dueIn (14d)',
  })
export type LaunchCampaign = z.input<typeof LaunchCampaign>

export interface LaunchFacts extends PopulationFacts {
  /** By identity: who owned it within the window and does no more. */
  pastOwners: ReadonlyMap<string, readonly string[]>
}

export interface PlannedCampaign {
  name: string
  scope: CampaignScope
  fallbackId: string
  dueAt: Date
  onSilence: 'revoke' | null
  items: { item: PopulationItem; reviewerId: string; because: string }[]
}

/** @throws InvalidInput that names everything that stands in the way: a campaign with a hole in it is not launched. */
export function planCampaign(
  policy: PolicySnapshot,
  input: z.output<typeof LaunchCampaign>,
  facts: LaunchFacts,
  now: Date,
): PlannedCampaign {
  const { name, fallback, due, dueIn, onSilence, ...scope } = input
  const dueAt = due ?? new Date(now.getTime() + dueIn! * DAY_MS)
  const problems = unknownInScope(policy, scope).map((message) => ({ path: 'scope', message }))
  if (dueAt <= now) problems.push({ path: 'due', message: 'the deadline is in the past' })
  const byName = new Map([...policy.identities.values()].map((identity) => [identity.name, identity]))
  const fallbackPerson = byName.get(fallback)
  if (fallbackPerson?.kind !== 'human') problems.push({ path: 'fallback', message: `${fallback} is not a person here` })
  if (scope.reviewers.includes('@') && byName.get(scope.reviewers)?.kind !== 'human')
    problems.push({ path: 'reviewers', message: `${scope.reviewers} is not a person here` })
  if (problems.length > 0 || fallbackPerson === undefined) throw refused(problems)

  const choice = { mode: scope.reviewers, fallbackId: fallbackPerson.id, people: policy.identities }
  const items: PlannedCampaign['items'] = []
  for (const item of buildPopulation(policy, scope, facts, now)) {
    const identity = policy.identities.get(item.identity.id)!
    const subject = { ...identity, pastOwnerIds: facts.pastOwners.get(identity.id) ?? [] }
    const connection = policy.connectionsById.get(item.connection.id)!
    const assigned = assignReviewer(subject, connection, choice, now)
    if (assigned.reviewerId === null) problems.push({ path: 'reviewers', message: assigned.because })
    else items.push({ item, reviewerId: assigned.reviewerId, because: assigned.because })
  }
  if (problems.length > 0) throw refused(problems)
  if (items.length === 0)
    throw refused([{ path: 'scope', message: 'no access path is in scope, so there is nothing to review' }])
  return { name, scope, fallbackId: fallbackPerson.id, dueAt, onSilence, items }
}

const refused = (problems: { path: string; message: string }[]): InvalidInput =>
  new InvalidInput(
    `The campaign was not launched: ${problems
      .slice(0, 5)
      .map((problem) => problem.message)
      .join('; ')}${problems.length > 5 ? `; and ${problems.length - 5} more` : ''}.`,
    problems.slice(0, 100),
  )
