import { afterEach, beforeEach, expect, it } from 'vitest'
import { auditActions, policyVersion } from '@/e2e/support/control-world'
import { ADMIN, AUDITOR, enterWorld, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { RULE_PACKS } from '@/lib/rule-packs/packs'
import { saveRule } from './commands'
import { addPackRules } from './pack-commands'
import { listRules } from './rule-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

const pack = RULE_PACKS.find(({ rules }) => new Set(rules.map(({ effect }) => effect)).size === 2)!
const choice = {
  pack: pack.slug,
  rules: pack.rules.map(({ name }) => name),
  connections: ['crm'],
  approvers: { people: ['admin@acme.test'], groups: [], connectionOwner: false },
}

it('rules of a pack are put in force at once, on the connections and with the approvers that were chosen', async () => {
  const before = await policyVersion()
  const { result } = await addPackRules(ADMIN, choice)
  expect(result.ids).toHaveLength(pack.rules.length)
  const rules = await listRules(db())
  for (const { name, effect, when } of pack.rules) {
    expect(rules.find((rule) => rule.name === name)).toMatchObject({
      effect,
      when,
      connections: ['crm'],
      ...(effect === 'approve' ? { approvers: choice.approvers } : {}),
    })
  }
  expect(await policyVersion()).toBe(before + 1n)
  expect(await auditActions()).toEqual(pack.rules.map(() => 'rule.created'))
})

it('all of them or none: a name that is taken, nobody who approves, a rule that is in no pack', async () => {
  await expect(addPackRules(ADMIN, { ...choice, approvers: undefined })).rejects.toThrow(InvalidInput)
  await expect(addPackRules(ADMIN, { ...choice, rules: [...choice.rules, 'another'] })).rejects.toThrow(NotFound)
  await expect(addPackRules(ADMIN, { ...choice, pack: 'none' })).rejects.toThrow(NotFound)
  await expect(addPackRules(AUDITOR, choice)).rejects.toThrow(Forbidden)
  await saveRule(ADMIN, { rule: { name: choice.rules.at(-1)!, effect: 'block' } })
  await expect(addPackRules(ADMIN, choice)).rejects.toThrow(Conflict)
  expect(await prisma().rule.count()).toBe(1)
})
