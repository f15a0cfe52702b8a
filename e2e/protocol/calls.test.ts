import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, connectClient, connectClientV2, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { CANARY, startUpstream, type Upstream, type UpstreamKind } from '@/e2e/support/upstreams'

const KINDS: UpstreamKind[] = ['stateful', 'stateless', 'json']
const UPSTREAM_CREDENTIAL = 'Bearer upstream-secret-5fd1'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
const upstreams = {} as Record<UpstreamKind, Upstream>
const connections = {} as Record<UpstreamKind, string>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let reader: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  for (const kind of KINDS) {
    upstreams[kind] = await startUpstream(kind)
    connections[kind] = await policy.connection(kind, upstreams[kind].url, UPSTREAM_CREDENTIAL)
  }
  bot = await policy.caller('bot', connections.stateful)
  reader = await policy.caller('reader', connections.stateful, ['get_*', 'prompt:greet'])
  for (const kind of ['stateless', 'json'] as const) {
    await policy.grant(bot.identityId, connections[kind])
    await policy.grant(reader.identityId, connections[kind], ['get_*', 'prompt:greet'])
  }
  await policy.mask('customer data', ['EMAIL', 'CREDIT_CARD'])
  gateway = await startGateway(database.gatewayUrl)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()))
  await policy?.close()
  await database?.drop()
})

const at = (kind: UpstreamKind) => `${gateway.url}/${kind}/mcp`

describe.each(KINDS)('a call to a %s server', (kind) => {
  it('is answered, masked where a rule says so, with types and mirror kept', async () => {
    const { client, close } = await connectClient(at(kind), bot.key)
    const result = await client.callTool({ name: 'get_customer', arguments: { id: 'c1' } })
    const structured = result.structuredContent as typeof CANARY
    expect(structured.email).toMatch(/^\[EMAIL_[a-z2-7]{8}\]$/)
    expect(structured.card).toMatch(/^\[CREDIT_CARD_[a-z2-7]{8}\]$/)
    // No rule masks phone numbers.
    expect(structured.phone).toBe(CANARY.phone)
    expect(JSON.parse((result.content as { text: string }[])[0]!.text)).toEqual(structured)
    await close()
  })

  it('masks progress, errors, prompts and resources as well', async () => {
    const { client, close } = await connectClient(at(kind), bot.key)
    const progress: string[] = []
    const slow = client.callTool({ name: 'slow' }, undefined, {
      onprogress: ({ message }) => progress.push(message ?? ''),
    })
    await until(() => upstreams[kind].ran.includes('slow'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    upstreams[kind].releaseSlow()
    const heard = JSON.stringify([
      await slow,
      progress,
      await client.callTool({ name: 'failing' }),
      await client.getPrompt({ name: 'greet' }),
      await client.readResource({ uri: 'customers://list' }),
    ])
    expect(heard).not.toContain(CANARY.email)
    expect(heard).not.toContain(CANARY.card)
    expect(heard.match(/\[EMAIL_[a-z2-7]{8}\]/g)!.length).toBeGreaterThanOrEqual(4)
    if (kind !== 'json') expect(progress.join()).toContain('reading [EMAIL_')
    await close()
  })

  it('without a grant is refused, and nothing of it reaches the server', async () => {
    const { client, close } = await connectClient(at(kind), reader.key)
    const before = upstreams[kind].received.length
    await expect(client.callTool({ name: 'delete_customer', arguments: { id: 'c9' } })).rejects.toMatchObject({
      code: -31403,
      data: { reason: 'not_granted', reference: expect.stringMatching(/^ref_/) },
    })
    await expect(client.readResource({ uri: 'customers://list' })).rejects.toMatchObject({
      data: { reason: 'not_granted', url: expect.stringContaining('http://web.acme.test/audit?reference=ref_') },
    })
    const bodies = upstreams[kind].received.slice(before).map(({ body }) => body)
    expect(bodies.filter((body) => /delete_customer|resources\/read/.test(body))).toEqual([])
    expect(upstreams[kind].ran).not.toContain('delete_customer')
    await close()
  })

  it('may be made exactly where the list shows the tool', async () => {
    const { client, close } = await connectClient(at(kind), reader.key)
    const listed = (await client.listTools()).tools.map(({ name }) => name)
    expect(listed).toEqual(['get_customer'])
    for (const name of ['get_customer', 'count', 'failing', 'delete_customer']) {
      const allowed = await client.callTool({ name, arguments: { id: 'c1' } }).then(
        () => true,
        () => false,
      )
      expect([name, allowed]).toEqual([name, listed.includes(name)])
    }
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['greet'])
    expect((await client.listResources()).resources).toEqual([])
    await close()
  })

  it('works with the second generation of the SDK', async () => {
    const { client, close } = await connectClientV2(at(kind), bot.key)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('get_customer')
    const result = await client.callTool({ name: 'count', arguments: {} })
    expect(JSON.stringify(result)).toContain('42')
    await close()
  })

  it('carries no credential across, in either direction', async () => {
    const { headers, text } = await post(at(kind), bot.key, call('count'), { cookie: 'a=b', x_forwarded_user: 'root' })
    const sent = JSON.stringify(upstreams[kind].received)
    expect(sent).not.toContain(bot.key)
    expect(sent).not.toContain('x_forwarded_user')
    expect(sent).not.toContain('a=b')
    expect(upstreams[kind].received.at(-1)!.headers.authorization).toBe(UPSTREAM_CREDENTIAL)
    expect(JSON.stringify([...headers]) + text).not.toContain('upstream-secret')
  })
})

describe('the record', () => {
  it('holds what upstream got and what the client heard, and no raw value anywhere', async () => {
    const stored = await everythingStored(policy.client)
    expect(stored).toContain('get_customer')
    for (const value of Object.values(CANARY)) expect(stored).not.toContain(value)
    expect(stored).not.toContain(bot.key)
    expect(stored).not.toContain('upstream-secret')
    expect(gateway.log()).not.toContain(CANARY.email)
    expect(gateway.log()).not.toContain(bot.key)
  })

  it('has one call and one audit event for each call, made or refused', async () => {
    const calls = await policy.rows(
      `SELECT c."outcome", c."reason", a."action", c."grantIds" FROM "Call" c
       LEFT JOIN "AuditEvent" a ON a."targetId" = c."id" WHERE c."target" IN ('delete_customer', 'get_customer')`,
    )
    expect(calls.length).toBeGreaterThan(6)
    for (const { outcome, action, reason, grantIds } of calls) {
      if (outcome === 'refused') expect([action, reason, grantIds]).toEqual(['call.refused', 'not_granted', []])
      else expect([action, grantIds.length]).toEqual(['call.masked', 1])
    }
    const open = await policy.rows(`SELECT 1 FROM "Call" WHERE "outcome" = 'in_flight'`)
    expect(open).toEqual([])
  })

  it('keeps only the digest of a protocol session id', async () => {
    const { client, sessionId, close } = await connectClient(at('stateful'), bot.key)
    await client.callTool({ name: 'count' })
    expect(sessionId).toBeTruthy()
    expect(await everythingStored(policy.client)).not.toContain(sessionId)
    await close()
  })

  it('joins what has no session id into one session per credential, connection, client and hour', async () => {
    await post(at('stateless'), bot.key, call('count'), { 'user-agent': 'cron/1' })
    await post(at('stateless'), bot.key, call('count'), { 'user-agent': 'cron/1' })
    const sessions = await policy.rows(`SELECT "id" FROM "Session" WHERE "clientName" = 'cron/1'`)
    expect(sessions).toHaveLength(1)
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}
