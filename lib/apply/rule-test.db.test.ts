import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditActions, enterEmptyInstallation, OPERATOR, policyVersion } from '@/e2e/support/control-world'
import { prisma } from '@/lib/db'
import { Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { applyAccess } from './commands'
import { testCall, testRulesOverHistory } from './rule-test-command'

const BASE = `
connections:
  - { slug: crm, upstream: { url: http://127.0.0.1:9/mcp }, owner: dana@acme.test }
identities:
  - { name: dana@acme.test, kind: human }
  - { name: vendor-bot, kind: service, owner: dana@acme.test }
grants:
  - { subject: vendor-bot, connection: crm, tools: ["*"], reason: migration }
rules:
  - { name: kept, effect: block, tools: [drop_*] }
`
const DRAFT = `
identities:
  - { name: new-bot, kind: agent, owner: dana@acme.test }
grants:
  - { subject: new-bot, connection: crm, tools: [refund], reason: trial }
rules:
  - { name: large refunds, effect: block, tools: [refund], when: 'args.amount > 1000', message: Ask finance. }
  - { name: refunds, effect: approve, tools: [refund], when: 'args.amount > 100', approvers: { owner: true }, expiresAfter: 30m }
`
let leave: () => Promise<void>
beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
  await applyAccess(OPERATOR, { text: BASE }, {})
})
afterAll(() => leave())

const call = (args: string, identity = 'vendor-bot', tool = 'refund') =>
  `{ "identity": "${identity}", "connection": "crm", "tool": "${tool}", "args": ${args} }`
const tested = (source: string, text = DRAFT) => testCall(OPERATOR, { text, call: source }, new Date(), {})

it('a call meets the rules and grants of the file, over those in force', async () => {
  expect(await tested(call('{ "amount": 5000 }'))).toMatchObject({
    effect: 'deny',
    reason: 'blocked_by_rule',
    detail: 'Ask finance.',
    rules: [{ name: 'large refunds', effect: 'block' }],
  })
  expect(await tested(call('{ "amount": 500 }', 'new-bot'))).toMatchObject({
    effect: 'hold',
    rules: [{ name: 'refunds', effect: 'approve' }],
    approvals: [{ rule: 'refunds', approvers: { connectionOwner: true }, quorum: 1, expiresAfterSeconds: 1_800 }],
  })
  expect(await tested(call('{ "amount": 5 }'))).toMatchObject({ effect: 'allow', rules: [] })
  expect(await tested(call('{}', 'new-bot', 'export'))).toMatchObject({ effect: 'deny', reason: 'not_granted' })
  // The file is silent about this one.
  expect(await tested(call('{}', 'vendor-bot', 'drop_all'))).toMatchObject({ rules: [{ name: 'kept' }] })
})

it('counts numbers as they are written', async () => {
  expect(await tested(call('{ "amount": 9007199254740993 }'))).toMatchObject({
    effect: 'deny',
    reason: 'ambiguous_request',
  })
})

it('leaves nothing behind: no row, no version, no audit event', async () => {
  const before = [await policyVersion(), (await auditActions()).length, await prisma().identity.count()]
  await tested(call('{}', 'new-bot'))
  expect([await policyVersion(), (await auditActions()).length, await prisma().identity.count()]).toEqual(before)
  expect(await prisma().rule.count()).toBe(1)
})

it('says what is wrong with the call or the file, and is for administrators', async () => {
  await expect(tested('{')).rejects.toThrow(InvalidInput)
  await expect(tested('{ "identity": "vendor-bot" }')).rejects.toThrow(InvalidInput)
  await expect(tested(call('{}', 'nobody'))).rejects.toThrow(NotFound)
  await expect(tested(call('{}'), 'rules: [{ name: x, effect: block, when: "args.(" }]')).rejects.toThrow(InvalidInput)
  await expect(
    testCall({ ...OPERATOR, roles: ['auditor'] }, { text: BASE, call: call('{}') }, new Date()),
  ).rejects.toThrow(Forbidden)
})

it('tries every rule of the file over history', async () => {
  const { rules } = await testRulesOverHistory(OPERATOR, { text: DRAFT, days: 30 }, new Date(), {})
  expect(rules).toMatchObject([
    { name: 'large refunds', effect: 'block', looked: 0 },
    { name: 'refunds', effect: 'approve', looked: 0 },
  ])
  expect((await auditActions()).filter((action) => action === 'rule.tried')).toHaveLength(2)
})
