import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call, connectClient, connectClientV2, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Upstream
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
const made: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateless')
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  gateway = await startGateway(database.gatewayUrl)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

afterEach(async () => {
  for (const id of made.splice(0)) await policy.removeRule(id)
  await policyApplied(policy)
  upstream.ran.length = 0
})

const url = () => `${gateway.url}/crm/mcp`
const rule = async (values: Parameters<PolicyWriter['rule']>[0]) => {
  made.push(await policy.rule(values))
  await policyApplied(policy)
}
const deleting = (args: object = { id: 'c1' }) => post(url(), bot.key, call('delete_customer', args))
const refusalOf = (result: unknown) =>
  (result as { _meta?: { 'countersign/refusal'?: { reason: string; reference: string; url: string } } })._meta?.[
    'countersign/refusal'
  ]

describe('a blocked call', () => {
  it('is told to the model as an error of the tool, with reason, reference and link, and never runs', async () => {
    await rule({ name: 'no deletes', effect: 'block', tools: ['delete_*'], message: 'Archive customers instead.' })
    const { status, json } = await deleting()
    expect(status).toBe(200)
    expect(json?.result?.isError).toBe(true)
    expect(json?.result?.content?.[0]?.text).toContain('Archive customers instead.')
    const refusal = refusalOf(json?.result)
    expect(refusal).toMatchObject({ reason: 'blocked_by_rule' })
    expect(refusal?.url).toBe(`http://web.acme.test/audit?reference=${refusal?.reference}`)
    expect(upstream.ran).toEqual([])
    const events = () =>
      policy.rows<{ action: string; outcome: string; rules: string[] }>(
        `SELECT "action", "outcome", "data"->'rules' AS rules FROM "AuditEvent" WHERE "reference" = $1`,
        [refusal?.reference],
      )
    expect(await eventually(events, (rows) => rows.length > 0)).toEqual([
      { action: 'call.blocked', outcome: 'blocked', rules: ['no deletes'] },
    ])
  })

  it('is an error in the protocol where there is no tool to blame', async () => {
    await rule({ name: 'no greetings', effect: 'block', tools: ['prompt:*'] })
    const { json } = await post(url(), bot.key, {
      jsonrpc: '2.0',
      id: 1,
      method: 'prompts/get',
      params: { name: 'greet' },
    })
    expect(json?.error?.data?.reason).toBe('blocked_by_rule')
  })

  it('is not listed where every call of it would be blocked, and is where some pass', async () => {
    await rule({ name: 'no deletes', effect: 'block', tools: ['delete_*'] })
    const listed = async () => {
      const { client, close } = await connectClient(url(), bot.key)
      const { tools } = await client.listTools()
      await close()
      return tools.map(({ name }) => name)
    }
    expect(await listed()).not.toContain('delete_customer')
    await rule({ name: 'no counting of some', effect: 'block', tools: ['count'], when: 'args.id == "c1"' })
    expect(await listed()).toContain('count')
  })

  it.each(['legacy', 'auto'] as const)('reaches a client of the second generation (%s) as a result', async (mode) => {
    await rule({ name: 'no deletes of one', effect: 'block', tools: ['delete_*'], when: 'args.id == "c1"' })
    const { client, close } = await connectClientV2(url(), bot.key, mode)
    const refused = await client.callTool({ name: 'delete_customer', arguments: { id: 'c1' } })
    expect(refused.isError).toBe(true)
    expect(refusalOf(refused)?.reason).toBe('blocked_by_rule')
    const passed = await client.callTool({ name: 'delete_customer', arguments: { id: 'c2' } })
    expect(passed.isError).not.toBe(true)
    expect(upstream.ran).toEqual(['delete_customer'])
    await close()
  })
})

describe('a condition', () => {
  it.each<[string, object, boolean]>([
    ['what it names', { id: 'c1' }, true],
    ['something else', { id: 'c2' }, false],
    ['nothing that it can be asked of', {}, true],
    ['another type', { id: { $ne: null } }, true],
  ])('acts on %s', async (_, args, blocked) => {
    await rule({ name: 'not c1', effect: 'block', tools: ['delete_*'], when: 'args.id.startsWith("c1")' })
    const { json } = await deleting(args)
    expect(refusalOf(json?.result)?.reason === 'blocked_by_rule').toBe(blocked)
    expect(upstream.ran).toEqual(blocked ? [] : ['delete_customer'])
  })

  it('cannot be passed by a number that it would read as another one', async () => {
    await rule({ name: 'small only', effect: 'block', tools: ['count'], when: 'args.n != 9007199254740992' })
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":{"n":9007199254740993}}}`
    const { json } = await post(url(), bot.key, body)
    expect(json?.error?.data?.reason).toBe('ambiguous_request')
    expect(upstream.ran).toEqual([])
  })

  it('on a mask rule masks the answers of the calls that it is true for', async () => {
    await rule({ name: 'mask c1', effect: 'mask', types: ['EMAIL'], when: 'args.id == "c1"' })
    const emailOf = async (id: string) =>
      (await post(url(), bot.key, call('get_customer', { id }))).json?.result?.content?.[0]?.text
    expect(await emailOf('c1')).not.toContain(CANARY.email)
    expect(await emailOf('c2')).toContain(CANARY.email)
  })

  it('on a mask rule hides fields: in structured content, in JSON inside text, upstream and in the record', async () => {
    await rule({ name: 'fields', effect: 'mask', fields: ['$.phone', '$..id'], direction: 'both' })
    const { json } = await post(url(), bot.key, call('get_customer', { id: 'customer-0815' }))
    const result = json?.result as unknown as { structuredContent: unknown; content: [{ text: string }] }
    expect(result.structuredContent).toMatchObject({
      email: CANARY.email,
      phone: expect.stringMatching(/^\[FIELD_\w{8}\]$/),
    })
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent)
    expect(upstream.received.map(({ body }) => body).join()).not.toContain('customer-0815')
    const recorded = await policy.rows<{ body: string }>(
      `SELECT "body" FROM "RecordedMessage" WHERE "body" LIKE '%get_customer%' OR "body" LIKE '%structuredContent%'`,
    )
    const own = recorded.filter(({ body }) => body.includes('[FIELD_'))
    expect(own.length).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(recorded)).not.toContain('customer-0815')
    // Ids of messages are no fields.
    expect(json!.id).toBe(1)
  })

  it('may ask after the session', async () => {
    const stateful = await startUpstream('stateful')
    await policy.grant(bot.identityId, await policy.connection('stateful', stateful.url))
    await rule({ name: 'not by this client', effect: 'block', when: 'session.client == "forbidden"' })
    const run = async (name: string) => {
      const { client, close } = await connectClient(`${gateway.url}/stateful/mcp`, bot.key, name)
      const result = await client.callTool({ name: 'count' })
      await close()
      return refusalOf(result)?.reason ?? null
    }
    expect(await run('welcome')).toBeNull()
    expect(await run('forbidden')).toBe('blocked_by_rule')
    await stateful.close()
  })
})

describe('a rule that is made while a call runs', () => {
  it('cuts it, if the call would be blocked now', async () => {
    const { client, close } = await connectClient(url(), bot.key)
    const running = client.callTool({ name: 'slow', arguments: { n: 1 } }).then(
      (result) => JSON.stringify(result),
      (error: Error) => error.message,
    )
    await eventually(
      () => upstream.ran,
      (ran) => ran.includes('slow'),
    )
    await rule({ name: 'no slow ones', effect: 'block', tools: ['slow'], when: 'args.n == 1' })
    expect(await running).toContain('Access ended')
    upstream.releaseSlow()
    await close()
  })
})
