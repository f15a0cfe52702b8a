import { createHash } from 'node:crypto'
import { CallToolResultSchema, TaskStatusNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, startFixture } from '@/e2e/conformance/fixture/start'
import { connectClient, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startTaskServer } from '@/e2e/support/task-server'
import { CANARY, startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let other: TestGateway
let server: Awaited<ReturnType<typeof startTaskServer>>
let fixture: Fixture
let repeating: Awaited<ReturnType<typeof startRawUpstream>>
let alice: Awaited<ReturnType<PolicyWriter['caller']>>
let bob: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  server = await startTaskServer()
  fixture = await startFixture()
  repeating = await startRawUpstream((_request, response, body) => {
    const { id } = JSON.parse(body) as { id: unknown }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { task: { taskId: 'the-same', status: 'working' } } }))
  })
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const connection = await policy.connection('legacy', server.url)
  alice = await policy.caller('alice', connection, ['export', 'purge'])
  bob = await policy.caller('bob', connection, ['*'])
  for (const [slug, url] of [
    ['modern', fixture.url],
    ['repeating', repeating.url],
  ] as const) {
    const id = await policy.connection(slug, url)
    await policy.grant(alice.identityId, id)
    await policy.grant(bob.identityId, id)
  }
  await policy.mask('addresses', ['EMAIL'])
  gateway = await startGateway(database.gatewayUrl)
  other = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await Promise.all([gateway?.stop(), other?.stop()])
  await Promise.all([server?.close(), fixture?.close(), repeating?.close()])
  await policy?.close()
  await database?.drop()
})

const at = (slug: string, through = gateway) => `${through.url}/${slug}/mcp`

/** Makes a call into a task, with the SDK's own client. */
async function begin(client: Awaited<ReturnType<typeof connectClient>>['client'], tool: string): Promise<string> {
  await client.listTools()
  for await (const message of client.experimental.tasks.callToolStream({ name: tool, arguments: {} }, undefined, {
    task: { ttl: 60_000 },
  })) {
    if (message.type === 'taskCreated') return message.task.taskId
    if (message.type === 'error') throw message.error
  }
  throw new Error('no task was made')
}

const unknownTask = { code: -32602, data: { reason: 'unknown_task', reference: expect.stringMatching(/^ref_/) } }

describe('a task as of 2025-11-25', () => {
  it('is asked after, waited for and listed by whoever made the call, on any replica, masked like the call', async () => {
    const hers = await connectClient(at('legacy'), alice.key)
    const taskId = await begin(hers.client, 'export')
    expect(await hers.client.experimental.tasks.getTask(taskId)).toMatchObject({ taskId, status: 'working' })
    const elsewhere = await connectClient(at('legacy', other), alice.key)
    expect((await elsewhere.client.experimental.tasks.listTasks()).tasks.map((task) => task.taskId)).toContain(taskId)
    const waiting = elsewhere.client.experimental.tasks.getTaskResult(taskId, CallToolResultSchema)
    await server.finish(taskId)
    expect(JSON.stringify(await waiting)).toMatch(/for \[EMAIL_/)
    const calls = await policy.rows(`SELECT "target", "outcome" FROM "Call" WHERE "target" = 'export'`)
    expect(calls).toEqual([{ target: 'export', outcome: 'allowed' }])
    const recorded = await policy.rows(
      `SELECT DISTINCT "tool" FROM "RecordedMessage" WHERE "method" LIKE 'tasks/%' AND "method" <> 'tasks/list'`,
    )
    expect(recorded).toEqual([{ tool: 'export' }])
    await Promise.all([hers.close(), elsewhere.close()])
  })

  it('does not exist for anybody else: not to be asked after, waited for, cancelled, listed or heard of', async () => {
    const hers = await connectClient(at('legacy'), alice.key)
    const his = await connectClient(at('legacy'), bob.key)
    const heard: string[] = []
    for (const { client } of [hers, his]) {
      client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => {
        heard.push(`${client === hers.client ? 'alice' : 'bob'} ${params.taskId}`)
      })
    }
    const taskId = await begin(hers.client, 'export')
    const own = await begin(his.client, 'export')
    const { tasks } = his.client.experimental
    const before = server.received.length
    await expect(tasks.getTask(taskId)).rejects.toMatchObject(unknownTask)
    await expect(tasks.getTaskResult(taskId, CallToolResultSchema)).rejects.toMatchObject(unknownTask)
    await expect(tasks.cancelTask(taskId)).rejects.toMatchObject(unknownTask)
    await expect(tasks.getTask('never-was')).rejects.toMatchObject(unknownTask)
    expect(server.received.length).toBe(before)
    expect((await tasks.listTasks()).tasks.map((task) => task.taskId)).toEqual([own])
    expect(server.tasks().length).toBeGreaterThan(1)
    await server.announce(taskId)
    await server.announce(own)
    await eventually(
      () => heard,
      (all) => all.includes(`alice ${taskId}`) && all.includes(`bob ${own}`),
    )
    expect(heard.sort()).toEqual([`alice ${taskId}`, `bob ${own}`])
    await Promise.all([hers.close(), his.close()])
  })

  it('is lost with the grant of its tool, also while its result is being waited for', async () => {
    const grant = await policy.grant(bob.identityId, await idOf('legacy'), ['purge'])
    await policy.revoke(bob.grantId)
    await policyApplied(policy)
    const his = await connectClient(at('legacy'), bob.key)
    const taskId = await begin(his.client, 'purge')
    const waiting = his.client.experimental.tasks.getTaskResult(taskId, CallToolResultSchema)
    const lost = expect(waiting).rejects.toMatchObject({ data: { reason: 'access_ended' } })
    await eventually(
      () => server.received.some(({ body }) => body.includes('tasks/result') && body.includes(taskId)),
      (asked) => asked,
    )
    await policy.grant(bob.identityId, await idOf('legacy'), ['export'])
    await policy.revoke(grant)
    await lost
    await policyApplied(policy)
    await expect(his.client.experimental.tasks.getTask(taskId)).rejects.toMatchObject({
      data: { reason: 'not_granted' },
    })
    const listed = (await his.client.experimental.tasks.listTasks()).tasks.map((task) => task.taskId)
    expect(listed).not.toContain(taskId)
    await his.close()
  })

  it('is kept by the digest of its id, and no raw value of its result anywhere', async () => {
    const ids = server.tasks().map(({ taskId }) => createHash('sha256').update(taskId).digest('hex'))
    const kept = await policy.rows<{ hash: string }>(`SELECT encode("idHash", 'hex') AS "hash" FROM "ServerTask"`)
    expect(kept.map(({ hash }) => hash)).toEqual(expect.arrayContaining(ids))
    expect(await everythingStored(policy.client)).not.toContain(CANARY.email)
  })

  it('that a server gives to a second caller is given to nobody', async () => {
    const task = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'export', arguments: {}, task: {} } }
    expect((await post(at('repeating'), alice.key, task)).text).toContain('the-same')
    const again = await post(at('repeating'), bob.key, task)
    expect([again.status, again.json?.error?.data?.reason]).toEqual([502, 'upstream_invalid'])
    expect(again.text).not.toContain('the-same')
  })
})

describe('a task of the 2026-07-28 extension', () => {
  const ask = (key: string, method: string, params: Record<string, unknown>, name: string | null, able = true) => {
    const extensions = able ? { 'io.modelcontextprotocol/tasks': {} } : {}
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, extensions },
    }
    return post(
      at('modern'),
      key,
      { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(name === null ? {} : { 'mcp-name': name }) },
    )
  }
  const begin = async (key: string, tool: string): Promise<string> => {
    const { json } = await ask(key, 'tools/call', { name: tool, arguments: { seconds: 60 } }, tool)
    return (json!.result as { taskId: string }).taskId
  }
  const about = (key: string, method: string, taskId: string, more: object = {}) =>
    ask(key, method, { taskId, ...more }, taskId)

  it('is its caller’s alone', async () => {
    const taskId = await begin(alice.key, 'slow_compute')
    expect((await about(alice.key, 'tasks/get', taskId)).json?.result).toMatchObject({ taskId, status: 'working' })
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
      const foreign = await about(bob.key, method, taskId, { inputResponses: {} })
      expect(foreign.status).toBe(200)
      expect(foreign.json?.error).toMatchObject(unknownTask)
    }
    expect((await about(alice.key, 'tasks/cancel', taskId)).json?.result).toMatchObject({ resultType: 'complete' })
  })

  it('needs a client that says it can take one', async () => {
    const refused = await ask(alice.key, 'tasks/get', { taskId: 'any' }, 'any', false)
    expect([refused.status, refused.json?.error]).toEqual([
      400,
      expect.objectContaining({
        code: -32021,
        data: expect.objectContaining({
          requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } },
        }),
      }),
    ])
  })

  it('has no methods of the older kind', async () => {
    for (const [method, name] of [
      ['tasks/result', 'any'],
      ['tasks/list', null],
    ] as const) {
      const refused = await ask(alice.key, method, { taskId: 'any' }, name)
      expect([method, refused.status, refused.json?.error?.code]).toEqual([method, 404, -32601])
    }
  })

  it('does not ask its client what the connection refuses', async () => {
    const taskId = await begin(alice.key, 'confirm_delete')
    const asking = () => about(alice.key, 'tasks/get', taskId)
    await eventually(
      async () => (await asking()).text,
      (text) => text.includes('elicitation/create'),
    )
    await policy.change(`UPDATE "Connection" SET "refuse" = '{elicitation}' WHERE "slug" = 'modern'`)
    await policyApplied(policy)
    const refused = await asking()
    expect(refused.json?.error?.data?.reason).toBe('question_refused')
    expect(refused.text).not.toContain('elicitation')
    const events = await policy.rows(`SELECT "data" FROM "AuditEvent" WHERE "action" = 'question.refused'`)
    expect(events).toEqual([{ data: { method: 'tasks/get' } }])
    await policy.change(`UPDATE "Connection" SET "refuse" = '{}' WHERE "slug" = 'modern'`)
    await policyApplied(policy)
  })

  it('is not listened to by anybody else', async () => {
    const taskId = await begin(alice.key, 'slow_compute')
    const refused = await ask(bob.key, 'subscriptions/listen', { notifications: { taskIds: [taskId] } }, null)
    expect(refused.json?.error).toMatchObject(unknownTask)
  })
})

const idOf = async (slug: string) =>
  (await policy.rows<{ id: string }>('SELECT "id" FROM "Connection" WHERE "slug" = $1', [slug]))[0]!.id
