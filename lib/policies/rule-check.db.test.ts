import { afterAll, beforeAll, expect, it } from 'vitest'
import { ADMIN, AUDITOR, DANA, enterWorld, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { Forbidden } from '@/lib/errors'
import { saveRule } from './commands'
import { readRuleInventory } from './inventory-store'
import { checkRule, ruleNotes } from './rule-check-store'

let world: World
beforeAll(async () => {
  world = await enterWorld()
})
afterAll(() => world.leave())

const check = (rule: object, ruleId?: string) => checkRule(db(), AUDITOR, rule, ruleId)

it('a rule that is being written is told what is wrong with each part of it, whatever is wrong with the others', async () => {
  expect(
    await check({ effect: 'block', name: '', groups: ['nobody'], when: 'args.limit >\n  identity.nmae' }),
  ).toMatchObject({
    condition: { line: 2, column: 3, message: expect.stringMatching(/identity has no nmae/) },
    problems: [{ path: 'groups.0', message: 'there is no group nobody' }],
    notes: [],
  })
  expect(
    await check({
      effect: 'approve',
      name: '',
      approvers: { people: [], groups: [], connectionOwner: true },
      quorum: 2,
    }),
  ).toMatchObject({
    condition: null,
    problems: [{ path: 'quorum', message: 'only one person could approve, so 2 never will' }],
  })
})

it('is told what another rule makes of it, and it of another; the one it takes the place of aside', async () => {
  const { result } = await saveRule(ADMIN, { rule: { name: 'no deletion', effect: 'block', tools: ['delete_*'] } })
  const draft = { effect: 'block', name: '', tools: ['delete_customer'] }
  expect((await check(draft)).notes).toEqual([
    { rule: null, text: 'Adds nothing: no deletion blocks every call that it selects.' },
  ])
  expect((await check(draft, result.id)).notes).toEqual([])
  expect((await check({ effect: 'block', name: '' })).notes).toEqual([
    {
      rule: { id: result.id, name: 'no deletion' },
      text: 'Adds nothing: This rule blocks every call that it selects.',
    },
  ])
  expect(await ruleNotes(db())).toEqual([])
  await saveRule(ADMIN, { rule: { name: 'nothing at all', effect: 'block' } })
  expect(await ruleNotes(db())).toMatchObject([{ rule: { name: 'no deletion' } }])
  expect(await prisma().rule.count()).toBe(2)
})

it('is for whoever may see every rule’s effects, and so are the names to choose from', async () => {
  await expect(checkRule(db(), DANA, { effect: 'block', name: 'x' })).rejects.toThrow(Forbidden)
  await expect(readRuleInventory(db(), DANA)).rejects.toThrow(Forbidden)
  expect(await readRuleInventory(db(), AUDITOR)).toMatchObject({
    connections: [{ slug: 'crm' }],
    tools: [
      { name: 'delete_customer', slug: 'crm', risk: 'destructive' },
      { name: 'get_customer' },
      { name: 'search' },
    ],
  })
})
