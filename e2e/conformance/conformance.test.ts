import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { MASK_TYPES } from '@/lib/words'
import { type Fixture, startFixture } from './fixture/start'
import { type Checks, differences, failedScenarios, runSuite, type Suite, totals } from './suites'

const SUITES: (Suite & { passed: number })[] = [
  { name: '0.1.16', package: 'conformance-published', arguments: ['--suite', 'all'], passed: 44 },
  {
    name: '0.2.0-alpha.12 for 2025-11-25',
    package: 'conformance-next',
    arguments: ['--requirements', '2025-11-25'],
    passed: 84,
  },
  {
    name: '0.2.0-alpha.12 for 2026-07-28',
    package: 'conformance-next',
    arguments: ['--requirements', '2026-07-28'],
    passed: 196,
  },
]

/** Two fixtures, so that what one run triggers is not heard in the other, and both can run at the same time. */
let direct: Fixture
let behind: Fixture
let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let stranger: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  direct = await startFixture()
  behind = await startFixture()
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const connection = await policy.connection('fixture', behind.url, 'Bearer upstream-secret-5fd1')
  bot = await policy.caller('bot', connection)
  stranger = await policy.caller('stranger', connection, ['no_such_tool'])
  // The suite's server proposes John Doe as a default, and wants just that name back.
  const types = MASK_TYPES.filter((type) => type !== 'PERSON_NAME')
  await policy.mask('everything, both ways', types, 'both')
  // Looked at with every call, and met by none.
  await policy.rule({
    name: 'what nobody here does',
    effect: 'approve',
    when: 'tool.name == "no such tool" && args.amount > 100',
    approvers: { connectionOwner: true },
  })
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([direct?.close(), behind?.close()])
  await policy?.close()
  await database?.drop()
})

const through = () => `${gateway.url}/fixture/mcp`

describe('the conformance suite', () => {
  it.each(SUITES)('$name finds no difference between the server and the gateway before it', async (suite) => {
    const [plain, governed] = await Promise.all([
      runSuite(suite, direct.url, null),
      runSuite(suite, through(), bot.key),
    ])
    expect(totals(plain).passed).toBe(suite.passed)
    expect(failedScenarios(plain)).toEqual([])
    expect(differences(plain, governed)).toEqual([])
  })

  it('ran through a gateway that recorded and masked', async () => {
    const methods = await policy.rows<{ method: string }>(`SELECT DISTINCT "method" FROM "RecordedMessage"`)
    expect(methods.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['initialize', 'server/discover', 'sampling/createMessage', 'elicitation/create']),
    )
    const masked = await policy.rows(
      `SELECT 1 FROM "RecordedMessage" WHERE "body" LIKE '%[EMAIL\\_%' AND "direction" = 'client'`,
    )
    expect(masked.length).toBeGreaterThan(0)
    expect(await everythingStored(policy.client)).not.toContain('test@example.com')
    expect(await brokenChains(policy.client)).toEqual([])
  })
})

describe('the comparison', () => {
  it('notices a gateway that is in the way', async () => {
    const scenario: Suite = {
      name: 'tools-list',
      package: 'conformance-next',
      arguments: ['--scenario', 'tools-call-simple-text'],
    }
    const [plain, refused] = await Promise.all([
      runSuite(scenario, direct.url, null),
      runSuite(scenario, through(), stranger.key),
    ])
    expect(differences(plain, refused)).not.toEqual([])
  })

  it('notices another result, a missing check and one too many', () => {
    const checks = (entries: [string, string[]][]): Checks => new Map(entries)
    const plain = checks([
      ['a/one', ['SUCCESS', 'SUCCESS']],
      ['a/two', ['SUCCESS']],
    ])
    expect(differences(plain, plain)).toEqual([])
    expect(differences(plain, checks([['a/one', ['SUCCESS', 'WARNING']]]))).toHaveLength(2)
    expect(differences(plain, checks([...plain, ['a/three', ['SUCCESS']]]))).toHaveLength(1)
  })

  it('fails where a suite makes no check', async () => {
    const nothing: Suite = { ...SUITES[0]!, arguments: ['--scenario', 'no-such-scenario'] }
    await expect(runSuite(nothing, direct.url, null)).rejects.toThrow('ran no check')
  })
})
