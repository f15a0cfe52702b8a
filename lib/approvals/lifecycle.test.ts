import { describe, expect, it } from 'vitest'
import type { Identity } from '@/lib/domain'
import type { Approval, Delegation, Requirement, Vote } from './approval'
import { type ApproverDirectory, eligibilityOf, seatsOf } from './eligible'
import { decideByVotes, isOpen, standingMinutes, statusAt, TRANSITIONS, tallyOf } from './lifecycle'

const NOW = new Date('2026-11-27T12:00:00Z')
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

const person = (id: string, more: Partial<Identity> = {}): Identity => ({
  id,
  name: `${id}@acme.test`,
  displayName: id,
  kind: 'human',
  ownerId: null,
  managerId: null,
  roles: [],
  endsAt: null,
  disabledAt: null,
  ...more,
})

function directory(more: Partial<ApproverDirectory> & { also?: Identity[] } = {}): ApproverDirectory {
  const people = ['ann', 'ben', 'cyd', 'dee', 'owner', 'past', 'lead'].map((id) => person(id))
  const all = [...people.filter(({ id }) => !more.also?.some((one) => one.id === id)), ...(more.also ?? [])]
  return {
    people: new Map(all.map((one) => [one.id, one])),
    idsByName: new Map(all.map(({ id, name }) => [name, id])),
    groups: new Map([['finance', ['ben', 'cyd', 'owner', 'past']]]),
    connectionOwnerId: 'dee',
    delegations: [],
    subject: { id: 'agent', ownerId: 'owner', pastOwnerIds: ['past'] },
    ...more,
  }
}

const requirement = (more: Partial<Requirement> = {}): Requirement => ({
  ruleId: 'rul_1',
  ruleName: 'refunds',
  ruleDigest: 'd',
  approvers: { people: ['ann@acme.test'], groups: ['finance'], connectionOwner: false },
  quorum: 1,
  expiresAfterSeconds: 900,
  escalation: null,
  reasonRequired: false,
  standing: false,
  ...more,
})
const approves = (identityId: string, standing: number | null = null): Vote => ({
  identityId,
  verdict: 'approve',
  onBehalfOfId: null,
  standingMinutes: standing,
})
const denies = (identityId: string): Vote => ({ ...approves(identityId), verdict: 'deny' })
const approval = (votes: Vote[] = [], more: Partial<Approval> = {}): Approval => ({
  id: 'apv_1',
  status: 'pending',
  requirements: [requirement()],
  createdAt: at(-5),
  expiresAt: at(10),
  escalatedRules: [],
  votes,
  ...more,
})
const delegation = (fromId: string, toId: string, more: Partial<Delegation> = {}): Delegation => ({
  fromId,
  toId,
  startsAt: at(-60),
  endsAt: at(60),
  revokedAt: null,
  ...more,
})

describe('who decides about a call', () => {
  const may = (id: string, known = directory(), held = approval()) => eligibilityOf(id, held, known, NOW)

  it('are named people and members of named groups', () => {
    expect(may('ann')).toEqual({ eligible: true, onBehalfOfId: null })
    expect(may('ben')).toEqual({ eligible: true, onBehalfOfId: null })
    expect(may('dee')).toMatchObject({ eligible: false })
  })

  it('and the owner of the connection, where the rule says so', () => {
    const asksOwner = [requirement({ approvers: { people: [], groups: [], connectionOwner: true } })]
    expect(may('dee', directory(), approval([], { requirements: asksOwner }))).toMatchObject({ eligible: true })
  })

  it.each([
    ['the caller itself', 'agent', /their own call/],
    ['its owner', 'owner', /counts as what they own/],
    ['who owned it lately', 'past', /90 days/],
    ['a stranger', 'lead', /not among those/],
    ['somebody unknown', 'nobody', /not among those/],
  ])('never %s', (_who, id, why) => {
    expect(may(id)).toMatchObject({ eligible: false, why: expect.stringMatching(why) })
  })

  it('never a person about a call by their own access token', () => {
    expect(may('ann', directory({ subject: { id: 'ann', ownerId: null, pastOwnerIds: [] } }))).toMatchObject({
      eligible: false,
    })
  })

  it.each<[string, Partial<Identity>]>([
    ['disabled', { disabledAt: at(-1) }],
    ['ended', { endsAt: at(-1) }],
    ['no person', { kind: 'service', ownerId: 'dee' }],
  ])('never somebody who is %s', (_name, more) => {
    expect(may('ann', directory({ also: [person('ann', more)] }))).toMatchObject({ eligible: false })
  })

  const escalating = [
    requirement({ escalation: { people: ['lead@acme.test'], groups: [], connectionOwner: false, afterSeconds: 360 } }),
  ]
  it('escalation adds others once its time has come, whether or not anything has noticed', () => {
    const held = approval([], { requirements: escalating })
    expect(eligibilityOf('lead', held, directory(), NOW)).toEqual({
      eligible: false,
      why: 'You may decide once it is escalated.',
    })
    expect(eligibilityOf('lead', held, directory(), at(1))).toMatchObject({ eligible: true })
    expect(seatsOf(escalating[0]!, held, directory(), at(1)).get('lead')).toMatchObject({ escalation: true })
  })

  it('and at once when somebody escalates it', () => {
    const held = approval([], { requirements: escalating, escalatedRules: ['rul_1'] })
    expect(eligibilityOf('lead', held, directory(), NOW)).toMatchObject({ eligible: true })
  })

  it('a delegate takes the seat of whoever delegated it', () => {
    expect(may('dee', directory({ delegations: [delegation('ann', 'dee')] }))).toEqual({
      eligible: true,
      onBehalfOfId: 'ann',
    })
  })

  it.each<[string, string, Delegation[]]>([
    ['is not passed on', 'lead', [delegation('ann', 'dee'), delegation('dee', 'lead')]],
    ['does not go to the owner of the caller', 'owner', [delegation('ann', 'owner')]],
    ['is none of the owner’s own', 'lead', [delegation('owner', 'lead')]],
    ['has not begun', 'dee', [delegation('ann', 'dee', { startsAt: at(1) })]],
    ['is over', 'dee', [delegation('ann', 'dee', { endsAt: NOW })]],
    ['was revoked', 'dee', [delegation('ann', 'dee', { revokedAt: at(-1) })]],
  ])('a delegation %s', (_name, id, delegations) => {
    expect(may(id, directory({ delegations }))).toMatchObject({ eligible: false })
  })
})

describe('what votes make of an approval', () => {
  const decided = (votes: Vote[], more: Partial<Approval> = {}, known = directory(), now = NOW) =>
    decideByVotes(approval(votes, more), known, now)
  const two = [requirement({ quorum: 2 })]

  it('one approval of a quorum of one', () => {
    expect(decided([])).toBe('pending')
    expect(decided([approves('ann')])).toBe('approved')
  })

  it('a quorum counts different people', () => {
    expect(decided([approves('ann')], { requirements: two })).toBe('pending')
    expect(decided([approves('ann'), approves('ben')], { requirements: two })).toBe('approved')
  })

  it('who left the group between the votes counts no longer', () => {
    const left = directory({ groups: new Map([['finance', ['cyd']]]) })
    expect(decided([approves('ben'), approves('cyd')], { requirements: two }, left)).toBe('pending')
    expect(decided([approves('ben'), approves('cyd'), approves('ann')], { requirements: two }, left)).toBe('approved')
  })

  it('who was disabled between the votes counts no longer', () => {
    const disabled = directory({ also: [person('ann', { disabledAt: at(-1) })] })
    expect(decided([approves('ann'), approves('ben')], { requirements: two }, disabled)).toBe('pending')
  })

  it('any denial wins, however many approve, and until the call is used', () => {
    expect(decided([approves('ann'), approves('ben'), denies('cyd')])).toBe('denied')
    expect(decided([approves('ann'), denies('cyd')], { status: 'approved' })).toBe('denied')
  })

  it('one vote counts for every rule that asks for its voter, and every rule needs its quorum', () => {
    const more = requirement({
      ruleId: 'rul_2',
      approvers: { people: ['dee@acme.test'], groups: ['finance'], connectionOwner: false },
    })
    expect(decided([approves('ben')], { requirements: [requirement(), more] })).toBe('approved')
    expect(decided([approves('ann')], { requirements: [requirement(), more] })).toBe('pending')
    expect(decided([approves('ann'), approves('dee')], { requirements: [requirement(), more] })).toBe('approved')
  })

  it('a delegate and who delegated are one seat', () => {
    const known = directory({ delegations: [delegation('ann', 'dee')] })
    expect(decided([approves('ann'), approves('dee')], { requirements: two }, known)).toBe('pending')
    expect(decided([approves('dee'), approves('ben')], { requirements: two }, known)).toBe('approved')
  })

  it('a delegate of two is one person', () => {
    const known = directory({ delegations: [delegation('ann', 'dee'), delegation('ben', 'dee')] })
    expect(decided([approves('dee')], { requirements: two }, known)).toBe('pending')
  })

  it('delegates are seated so that each counts, if each can', () => {
    const delegations = [delegation('ann', 'dee'), delegation('ben', 'dee'), delegation('ann', 'lead')]
    expect(decided([approves('dee'), approves('lead')], { requirements: two }, directory({ delegations }))).toBe(
      'approved',
    )
  })

  it('one who also has a seat does not take another’s as well', () => {
    const known = directory({ delegations: [delegation('ann', 'ben')] })
    expect(decided([approves('ben')], { requirements: two }, known)).toBe('pending')
  })

  it('votes of the caller’s own side count nothing', () => {
    expect(decided([approves('owner'), approves('past'), approves('agent')])).toBe('pending')
  })

  it('is expired at its time, also with all votes', () => {
    expect(decided([approves('ann')], {}, directory(), at(10))).toBe('expired')
    expect(decided([approves('ann')], { status: 'approved' }, directory(), at(10))).toBe('expired')
    expect(statusAt(approval(), at(9.99))).toBe('pending')
  })

  it('says when fewer may decide than have to', () => {
    const few = directory({ groups: new Map() })
    expect(tallyOf(two[0]!, approval(), few, NOW)).toMatchObject({ unreachable: true, approved: 0 })
    expect(tallyOf(two[0]!, approval([approves('ben')]), directory(), NOW)).toMatchObject({
      unreachable: false,
      approved: 1,
      reached: false,
    })
  })

  it('ends for good', () => {
    const open = Object.keys(TRANSITIONS).filter((status) => isOpen(status as Approval['status']))
    expect(open).toEqual(['pending', 'approved'])
    expect(decided([approves('ann')], { status: 'void' })).toBe('void')
  })
})

describe('a standing approval', () => {
  const lets = (requirements: Requirement[], votes: Vote[]) => standingMinutes({ requirements, votes })
  it('is given only where every rule and everybody who approved allow it, for the shortest time', () => {
    const standing = requirement({ standing: true })
    expect(lets([standing], [approves('ann', 30), approves('ben', 10)])).toBe(10)
    expect(lets([standing, requirement()], [approves('ann', 30)])).toBeNull()
    expect(lets([standing], [approves('ann', 30), approves('ben')])).toBeNull()
    expect(lets([standing], [])).toBeNull()
  })
})
