import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity } from '@/lib/domain'
import type { Approval, Delegation, Requirement, Vote } from './approval'
import type { ApproverDirectory } from './eligible'
import { decideByVotes } from './lifecycle'

const NOW = new Date('2026-11-27T12:00:00Z')
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

/** The caller is `bot`; `owner` owns it and `past` did. `gone` is disabled, `robot` is no person. */
const IDS = ['a', 'b', 'c', 'd', 'e', 'owner', 'past', 'gone', 'robot', 'bot']
const NEVER = new Set(['owner', 'past', 'gone', 'robot', 'bot'])
const person = (id: string): Identity => ({
  id,
  name: id,
  displayName: id,
  kind: id === 'robot' || id === 'bot' ? 'service' : 'human',
  ownerId: id === 'bot' ? 'owner' : id === 'robot' ? 'a' : null,
  managerId: null,
  roles: ['admin'],
  endsAt: null,
  disabledAt: id === 'gone' ? at(-1) : null,
})

/** Mostly the few who may, so that they meet on each other's seats. */
const anybody = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e') },
  { weight: 1, arbitrary: fc.constantFrom(...IDS) },
)
const set = fc.record({
  people: fc.uniqueArray(anybody, { maxLength: 3 }),
  groups: fc.subarray(['red', 'blue'], { maxLength: 1 }),
  connectionOwner: fc.boolean(),
})
const requirement: fc.Arbitrary<Requirement> = fc.record({
  ruleId: fc.constantFrom('rul_1', 'rul_2'),
  ruleName: fc.constant('rule'),
  ruleDigest: fc.constant('digest'),
  approvers: set,
  quorum: fc.integer({ min: 1, max: 3 }),
  expiresAfterSeconds: fc.constant(900),
  escalation: fc.option(
    fc.tuple(set, fc.constantFrom(60, 600)).map(([to, afterSeconds]) => ({ ...to, afterSeconds })),
    { nil: null },
  ),
  reasonRequired: fc.constant(false),
  standing: fc.constant(false),
})
const vote: fc.Arbitrary<Vote> = fc.record({
  identityId: anybody,
  verdict: fc.oneof(
    { weight: 12, arbitrary: fc.constant('approve' as const) },
    { weight: 1, arbitrary: fc.constant('deny' as const) },
  ),
  onBehalfOfId: fc.constant(null),
  standingMinutes: fc.constant(null),
})
const delegation: fc.Arbitrary<Delegation> = fc.record({
  fromId: anybody,
  toId: anybody,
  startsAt: fc.constantFrom(at(-60), at(-60), at(-60), at(1)),
  endsAt: fc.constantFrom(at(60), at(60), at(60), at(0)),
  revokedAt: fc.constantFrom(null, null, null, at(-1)),
})
const world = fc.record({
  requirements: fc.array(requirement, { minLength: 1, maxLength: 2 }),
  votes: fc.uniqueArray(vote, { maxLength: 8, selector: ({ identityId }) => identityId }),
  red: fc.uniqueArray(anybody, { maxLength: 4 }),
  blue: fc.uniqueArray(anybody, { maxLength: 4 }),
  connectionOwnerId: fc.option(anybody, { nil: null }),
  delegations: fc.array(delegation, { maxLength: 10 }),
  escalatedRules: fc.subarray(['rul_1', 'rul_2']),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

const directoryOf = ({ red, blue, connectionOwnerId, delegations }: World): ApproverDirectory => ({
  people: new Map(IDS.map((id) => [id, person(id)])),
  idsByName: new Map(IDS.map((id) => [id, id])),
  groups: new Map(Object.entries({ red, blue })),
  connectionOwnerId,
  delegations,
  subject: { id: 'bot', ownerId: 'owner', pastOwnerIds: ['past'] },
})

function decided(drawn: World, votes: readonly Vote[] = drawn.votes): string {
  const { requirements, escalatedRules } = drawn
  const approval: Approval = {
    id: 'apv_1',
    status: 'pending',
    requirements,
    createdAt: at(-5),
    expiresAt: at(10),
    escalatedRules,
    votes,
  }
  return decideByVotes(approval, directoryOf(drawn), NOW)
}

/** The most people who can sit, each on one seat of this requirement: tried out, in every way. */
function mostSeated({ approvers, escalation, ruleId }: Requirement, drawn: World): number {
  const due = escalation !== null && (drawn.escalatedRules.includes(ruleId) || escalation.afterSeconds <= 300)
  const sets = due ? [approvers, escalation] : [approvers]
  const asked = sets.flatMap(({ people, groups, connectionOwner }) => [
    ...people,
    ...groups.flatMap((name) => drawn[name as 'red' | 'blue']),
    ...(connectionOwner && drawn.connectionOwnerId !== null ? [drawn.connectionOwnerId] : []),
  ])
  const seats = new Set(asked.filter((id) => !NEVER.has(id)))
  const voters = drawn.votes.map(({ identityId }) => identityId).filter((id) => !NEVER.has(id))
  const inForce = drawn.delegations.filter((one) => one.revokedAt === null && one.startsAt <= NOW && one.endsAt > NOW)
  const most = (left: readonly string[], free: ReadonlySet<string>): number => {
    const [voter, ...others] = left
    if (voter === undefined) return 0
    const choices = seats.has(voter)
      ? [voter]
      : [...free].filter((seat) => inForce.some(({ fromId, toId }) => fromId === seat && toId === voter))
    const sitting = choices
      .filter((seat) => free.has(seat))
      .map((seat) => 1 + most(others, new Set([...free].filter((one) => one !== seat))))
    return Math.max(most(others, free), ...sitting)
  }
  const own = voters.filter((id) => seats.has(id))
  const standIns = voters.filter((id) => !seats.has(id))
  return own.length + most(standIns, new Set([...seats].filter((seat) => !own.includes(seat))))
}

const RUNS = { numRuns: 2_000 }

describe('whatever rules, people and votes there are', () => {
  it('it is approved exactly where nobody denied and every rule has its quorum of people on seats of their own', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const denied = drawn.votes.some(({ verdict }) => verdict === 'deny')
        const reached = drawn.requirements.every((one) => mostSeated(one, drawn) >= one.quorum)
        expect(decided(drawn)).toBe(denied ? 'denied' : reached ? 'approved' : 'pending')
      }),
      RUNS,
    )
  })

  it('the caller, who stands behind it, who is gone and who is no person change nothing by approving', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const others = drawn.votes.filter((one) => one.verdict === 'deny' || !NEVER.has(one.identityId))
        expect(decided(drawn)).toBe(decided(drawn, others))
      }),
      RUNS,
    )
  })

  it('the order of votes makes no difference, and one approval less never approves', () => {
    fc.assert(
      fc.property(world, fc.nat(), (drawn, pick) => {
        expect(decided(drawn, [...drawn.votes].reverse())).toBe(decided(drawn))
        const left = drawn.votes.filter((_, index) => index !== pick % Math.max(drawn.votes.length, 1))
        const removed = drawn.votes[pick % Math.max(drawn.votes.length, 1)]
        if (removed?.verdict === 'approve' && decided(drawn) === 'pending') expect(decided(drawn, left)).toBe('pending')
      }),
      RUNS,
    )
  })
})
