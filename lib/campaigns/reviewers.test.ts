import { describe, expect, it } from 'vitest'
import type { Identity } from '@/lib/domain'
import type { Reviewers } from './campaign'
import { assignReviewer } from './reviewers'

const now = new Date('2026-11-22T12:00:00Z')

const identity = (id: string, more: Partial<Identity> = {}): Identity => ({
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

const everyone = [
  identity('ceo'),
  identity('dana', { managerId: 'ceo' }),
  identity('finn', { managerId: 'dana' }),
  identity('auditor'),
  identity('gone', { disabledAt: new Date(0) }),
  identity('bot', { name: 'bot', kind: 'agent', ownerId: 'finn' }),
  identity('danas-bot', { name: 'danas-bot', kind: 'agent', ownerId: 'dana' }),
  identity('given-away', { name: 'given-away', kind: 'agent', ownerId: 'finn' }),
  identity('audit-bot', { name: 'audit-bot', kind: 'service', ownerId: 'auditor' }),
]
const people = new Map(everyone.map((person) => [person.id, person]))

const pastOwners: Record<string, string[]> = { 'given-away': ['dana'] }

const assign = (subject: string, connectionOwner: string | null, mode: Reviewers, fallbackId = 'auditor') =>
  assignReviewer(
    { ...people.get(subject)!, pastOwnerIds: pastOwners[subject] ?? [] },
    { ownerId: connectionOwner, slug: 'crm' },
    { mode, fallbackId, people },
    now,
  )

describe('assignReviewer', () => {
  it.each<[string, string, string | null, Reviewers, string]>([
    ['the connection owner', 'bot', 'dana', 'connection-owner', 'dana'],
    ['not the connection owner who owns the agent', 'danas-bot', 'dana', 'connection-owner', 'ceo'],
    ['not the connection owner who gave the agent away', 'given-away', 'dana', 'connection-owner', 'auditor'],
    ['not the connection owner about themselves', 'dana', 'dana', 'connection-owner', 'ceo'],
    ['the manager', 'finn', 'ceo', 'manager', 'dana'],
    ['for an agent, the manager of its owner', 'bot', 'ceo', 'manager', 'dana'],
    ['the connection owner where there is no manager', 'ceo', 'dana', 'manager', 'dana'],
    ['the person named', 'bot', 'dana', 'ceo@acme.test', 'ceo'],
    ['not the person named about themselves', 'ceo', 'dana', 'ceo@acme.test', 'dana'],
    ['the fallback, where nobody owns the connection', 'ceo', null, 'connection-owner', 'auditor'],
    ['the fallback, where the owner has left', 'ceo', 'gone', 'connection-owner', 'auditor'],
  ])('is %s', (_name, subject, owner, mode, expected) => {
    expect(assign(subject, owner, mode).reviewerId).toBe(expected)
  })

  it('names nobody when even the fallback stands behind the agent', () => {
    const assigned = assign('audit-bot', 'auditor', 'connection-owner')
    expect(assigned.reviewerId).toBeNull()
    expect(assigned.because).toContain('nobody may review audit-bot on crm')
    expect(assigned.because).toContain('an owner counts as what they own')
  })

  it('names nobody when the fallback is the subject', () => {
    expect(assign('auditor', null, 'connection-owner').reviewerId).toBeNull()
  })
})
