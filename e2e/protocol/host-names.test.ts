import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchByName } from '@/e2e/support/by-name'
import { call, type RpcAnswer } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'
import { freePort } from '@/scripts/instance/ports'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let crm: Upstream
let billing: Upstream
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let port: number

const at = (host: string, path: string) => `http://${host}:${port}${path}`

async function ask(url: string, key: string | null, headers: Record<string, string> = {}) {
  const response = await fetchByName(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: JSON.stringify(call('count')),
  })
  const text = await response.text()
  const json = text.startsWith('{') ? (JSON.parse(text) as RpcAnswer) : null
  return { status: response.status, headers: response.headers, reason: json?.error?.data?.reason, text }
}

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  crm = await startUpstream('stateful')
  billing = await startUpstream('stateless')
  bot = await policy.caller('bot', await policy.connection('crm', crm.url))
  await policy.connection('billing', billing.url)
  port = await freePort()
  gateway = await startGateway(database.gatewayUrl, {
    GATEWAY_PORT: String(port),
    PUBLIC_GATEWAY_URL: `http://gateway.acme.test:${port}`,
    PUBLIC_WEB_URL: 'http://app.gateway.acme.test',
    GATEWAY_HOSTS: 'gateway.internal',
  })
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([crm?.close(), billing?.close(), policy?.close()])
  await database?.drop()
})

describe('a connection by host name', () => {
  it('serves a client whose path did not change, in a session that is the same by path', async () => {
    const client = new Client({ name: 'unchanged', version: '1.0.0' })
    const transport = new StreamableHTTPClientTransport(new URL(at('crm.gateway.acme.test', '/mcp')), {
      requestInit: { headers: { authorization: `Bearer ${bot.key}` } },
      fetch: fetchByName,
    })
    await client.connect(transport)
    expect((await client.callTool({ name: 'count' })).content).toEqual([{ type: 'text', text: '42' }])
    const session = { 'mcp-session-id': transport.sessionId! }
    for (const host of ['gateway.acme.test', 'gateway.internal', 'localhost']) {
      expect((await ask(at(host, '/crm/mcp'), bot.key, session)).status).toBe(200)
    }
    await client.close()
    expect(crm.received.map(({ headers }) => headers.host)).not.toContain('crm.gateway.acme.test')
  })

  it('is a resource of its own to OAuth, described where its challenge says', async () => {
    for (const [url, resource] of [
      [at('crm.gateway.acme.test', '/mcp'), at('crm.gateway.acme.test', '/mcp')],
      [at('crm.localhost', '/mcp'), at('crm.localhost', '/mcp')],
      [at('gateway.internal', '/crm/mcp'), at('gateway.acme.test', '/crm/mcp')],
    ] as const) {
      const { status, headers } = await ask(url, null)
      const metadataUrl = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate')!)![1]!
      expect([status, metadataUrl]).toEqual([401, expect.stringContaining('/.well-known/oauth-protected-resource/')])
      const metadata = await fetchByName(metadataUrl, { method: 'GET' })
      expect(await metadata.json()).toMatchObject({ resource })
    }
  })

  it('does not lead to another one', async () => {
    const before = billing.received.length
    for (const path of ['/billing/mcp', '/crm/mcp', '/../billing/mcp']) {
      expect(await ask(at('crm.gateway.acme.test', path), bot.key)).toMatchObject({ status: 404 })
    }
    expect(billing.received.length).toBe(before)
  })

  it('tells no stranger whether it exists', async () => {
    const known = await ask(at('crm.gateway.acme.test', '/mcp'), null)
    const unknown = await ask(at('nothing.gateway.acme.test', '/mcp'), null)
    expect([known.status, known.reason]).toEqual([unknown.status, unknown.reason])
    expect(await ask(at('nothing.gateway.acme.test', '/mcp'), bot.key)).toMatchObject({ status: 404 })
  })

  it('is refused under names that are not the gateway’s, the web app’s included', async () => {
    const before = crm.received.length
    for (const host of ['crm.evil.test', 'evil.test', 'x.crm.gateway.acme.test', 'app.gateway.acme.test']) {
      expect(await ask(at(host, '/mcp'), bot.key)).toMatchObject({ status: 403, reason: 'invalid_origin' })
      expect(await ask(at(host, '/crm/mcp'), bot.key)).toMatchObject({ status: 403, reason: 'invalid_origin' })
    }
    expect(crm.received.length).toBe(before)
  })
})
