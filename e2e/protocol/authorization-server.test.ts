import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, BrowsingClient, startAuthorizationServer } from '@/e2e/support/authorization-server'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { registerIssuer } from '@/e2e/support/issuer'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'

/** A certified authorization server and an MCP client that knows nothing but the URL. */

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let gateway: TestGateway
let server: AuthorizationServer
let connectionId: string
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateful')
  connectionId = await policy.connection('crm', upstream.url)
  await policy.connection('hr', upstream.url)
  server = await startAuthorizationServer()
  await registerIssuer(policy, server.url, { audience: null, requiredScope: 'mcp:tools', groupsClaim: 'groups' })
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await server?.close()
  await policy?.close()
  await database?.drop()
})

describe('an MCP client that is given a URL and nothing else', () => {
  it('finds the authorization server, asks for this connection alone, and calls as the person who signed in', async () => {
    const dana = await policy.identity('dana@acme.test')
    await policy.grant(dana, connectionId)
    await policyApplied(policy)
    const browser = new BrowsingClient()
    const connect = async () => {
      const client = new Client({ name: 'oauth-client', version: '1.0.0' })
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: browser })
      return { client, transport, connected: client.connect(transport) }
    }
    const first = await connect()
    await expect(first.connected).rejects.toThrow(UnauthorizedError)
    await first.transport.finishAuth(browser.code!)
    expect(decodeJwt(browser.kept!.access_token)).toMatchObject({ iss: server.url, aud: url, scope: 'mcp:tools' })

    const { client, connected } = await connect()
    await connected
    expect((await client.callTool({ name: 'count' })).content).toEqual([{ type: 'text', text: '42' }])
    await client.close()
    expect(await policy.rows(`SELECT DISTINCT "identityId" FROM "Call"`)).toEqual([{ identityId: dana }])
    expect(
      await policy.rows(
        `SELECT g."name" FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId" WHERE m."identityId" = $1`,
        [dana],
      ),
    ).toEqual([{ name: 'data-eng' }])

    // The token is for this connection: the same person's next one needs a token of its own.
    const elsewhere = await post(`${gateway.url}/hr/mcp`, browser.kept!.access_token, call('count'))
    expect([elsewhere.status, elsewhere.json?.error?.data?.reason]).toEqual([401, 'wrong_audience'])
    expect((await everythingStored(policy.client)) + gateway.log()).not.toContain(browser.kept!.access_token)
    for (const { headers } of upstream.received) expect(headers.authorization).toBeUndefined()
  })
})

describe('a robot with the client credentials grant', () => {
  it('is a service that nobody owns yet, and calls once somebody does', async () => {
    const token = await server.robotToken(url)
    const refused = await post(url, token, call('count'))
    expect([refused.status, refused.json?.error?.data?.reason]).toEqual([403, 'identity_without_owner'])
    const [robot] = await policy.rows<{ id: string; kind: string; name: string }>(
      `SELECT i."id", i."kind", i."name" FROM "Identity" i JOIN "IdentityBinding" b ON b."identityId" = i."id" WHERE b."subject" = 'ci-robot'`,
    )
    expect(robot).toMatchObject({ kind: 'service', name: expect.stringMatching(/^ci-robot-[0-9a-f]{10}$/) })
    await policy.change(
      `UPDATE "Identity" SET "ownerId" = (SELECT "id" FROM "Identity" WHERE "name" = 'dana@acme.test') WHERE "id" = $1`,
      [robot!.id],
    )
    await policy.grant(robot!.id, connectionId, ['count'])
    await policyApplied(policy)
    expect((await post(url, token, initialize())).status).toBe(200)
    expect((await post(url, await server.robotToken(`${gateway.url}/hr/mcp`), call('count'))).status).toBe(401)
  })
})
