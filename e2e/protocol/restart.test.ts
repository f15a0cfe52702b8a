import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'
import { usePrisma as choosePrisma, connectPrisma } from '@/lib/db'
import { closeInterruptedCalls, endIdleSessions } from '@/lib/sessions/sweep-commands'

let database: TestDatabase
let prisma: ReturnType<typeof connectPrisma>
let policy: PolicyWriter
let upstream: Upstream
let resumable: Upstream
let one: TestGateway
let two: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let stranger: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  database = await createTestDatabase()
  prisma = connectPrisma(database.url)
  choosePrisma(prisma)
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateful')
  resumable = await startUpstream('resumable')
  const connections = [await policy.connection('crm', upstream.url), await policy.connection('kept', resumable.url)]
  bot = await policy.caller('bot', connections[0]!)
  stranger = await policy.caller('stranger', connections[0]!)
  await policy.grant(bot.identityId, connections[1]!)
  await policy.mask('customers', ['EMAIL'])
  ;[one, two] = await Promise.all([startGateway(database.gatewayUrl), startGateway(database.gatewayUrl)])
})

afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await Promise.all([upstream?.close(), resumable?.close()])
  await policy?.close()
  await prisma?.$disconnect()
  await database?.drop()
})

const at = ({ url }: TestGateway, slug = 'crm') => `${url}/${slug}/mcp`
const reasonOf = ({ json }: Awaited<ReturnType<typeof post>>) => json?.error?.data?.reason ?? null
const sessionOf = async (key = bot.key) => {
  const answer = await post(at(one), key, initialize())
  return { 'mcp-session-id': answer.headers.get('mcp-session-id')! }
}
const send = (method: 'GET' | 'DELETE', url: string, key: string, headers: Record<string, string>) =>
  fetch(url, { method, headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers } })

describe('a gateway that is killed and started again', () => {
  it('a real client goes on in its session, and gets the answer that it was waiting for', async () => {
    const mortal = await startGateway(database.gatewayUrl)
    const client = new Client({ name: 'patient', version: '1.0.0' })
    const transport = new StreamableHTTPClientTransport(new URL(at(mortal, 'kept')), {
      requestInit: { headers: { authorization: `Bearer ${bot.key}` } },
      reconnectionOptions: {
        initialReconnectionDelay: 100,
        maxReconnectionDelay: 100,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 600,
      },
    })
    await client.connect(transport)
    let place: string | null = null
    const running = client.callTool({ name: 'slow' }, undefined, {
      onresumptiontoken: (token) => {
        place = token
      },
    })
    running.catch(() => {})
    // Before its first event a stream has no place to resume from.
    await eventually(() => place !== null && resumable.ran.includes('slow'), Boolean)
    await mortal.kill()
    // As after the eight seconds in which it might still have been alive.
    await policy.rows(`UPDATE "GatewayReplica" SET "stoppedAt" = clock_timestamp() WHERE "url" = $1`, [mortal.url])
    expect(await closeInterruptedCalls()).toBe(1)
    const again = await startGateway(database.gatewayUrl, { GATEWAY_PORT: String(mortal.port) })
    resumable.releaseSlow()
    const answer = JSON.stringify(await running)
    expect(answer).toMatch(/done for \[EMAIL_/)
    expect(answer).not.toContain(CANARY.email)
    await client.callTool({ name: 'count' })
    await client.close()

    const [slow] = await policy.rows(
      `SELECT c."id", c."outcome", count(m.*)::int AS "answers", count(DISTINCT m."writer")::int AS "writers"
       FROM "Call" c JOIN "RecordedMessage" m ON m."callId" = c."id" AND m."direction" = 'server'
       WHERE c."target" = 'slow' GROUP BY c."id"`,
    )
    expect(slow).toMatchObject({ outcome: 'allowed', answers: 1, writers: 1 })
    const events = await policy.rows(`SELECT "action" FROM "AuditEvent" WHERE "targetId" = $1 ORDER BY "at"`, [
      slow!.id,
    ])
    // What it was believed to be, and what it turned out to be.
    expect(events.map(({ action }) => action)).toEqual(['call.interrupted', 'call.masked'])
    const sessions = await policy.rows(`SELECT "endedAt" FROM "Session" WHERE "clientName" = 'patient'`)
    expect(sessions).toEqual([{ endedAt: null }])
    expect(await brokenChains(policy.client)).toEqual([])
    await again.stop()
  })
})

describe('the id of a session', () => {
  it('that nobody has is answered with 404, whatever is asked with it, on every replica', async () => {
    const unknown = { 'mcp-session-id': 'e2f0a1c4-0000-4000-8000-000000000000' }
    const before = upstream.received.length
    for (const gateway of [one, two]) {
      expect((await post(at(gateway), bot.key, call('count'), unknown)).status).toBe(404)
      expect((await send('GET', at(gateway), bot.key, unknown)).status).toBe(404)
      expect((await send('DELETE', at(gateway), bot.key, unknown)).status).toBe(404)
    }
    expect(upstream.received.length).toBe(before)
  })

  it('of somebody else is answered with 404, and ends nothing', async () => {
    const session = await sessionOf()
    const before = upstream.received.length
    for (const gateway of [one, two]) {
      expect((await send('DELETE', at(gateway), stranger.key, session)).status).toBe(404)
      expect((await send('GET', at(gateway), stranger.key, session)).status).toBe(404)
    }
    expect(upstream.received.length).toBe(before)
    expect(reasonOf(await post(at(two), bot.key, call('count'), session))).toBeNull()
  })

  it('that is missing is the server’s to miss: 400, in its own words', async () => {
    const direct = await post(upstream.url, null, call('count'))
    const governed = await post(at(one), bot.key, call('count'))
    expect([governed.status, governed.text]).toEqual([400, direct.text])
    expect((await send('GET', at(one), bot.key, {})).status).toBe(400)
    expect((await send('DELETE', at(one), bot.key, {})).status).toBe(400)
  })

  it('that is missing beside the place to resume from is missed here: 400', async () => {
    const before = upstream.received.length
    const answer = await send('GET', at(one), bot.key, { 'last-event-id': 'any' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Mcp-Session-Id')
    expect(upstream.received.length).toBe(before)
  })

  it('is unknown everywhere once its client has ended it', async () => {
    const session = await sessionOf()
    expect(reasonOf(await post(at(two), bot.key, call('count'), session))).toBeNull()
    expect((await send('DELETE', at(one), bot.key, session)).status).toBe(200)
    for (const gateway of [one, two]) {
      await eventually(
        () => post(at(gateway), bot.key, call('count'), session),
        ({ status }) => status === 404,
      )
    }
  })

  it('that its server has forgotten ends the session here as well', async () => {
    const session = await sessionOf()
    upstream.forget()
    const answer = await post(at(one), bot.key, call('count'), session)
    expect([answer.status, answer.text.includes('Session not found')]).toEqual([404, true])
    const ended = await policy.rows(`SELECT "endReason" FROM "Session" WHERE "endReason" = 'unknown to the server'`)
    expect(ended).toHaveLength(1)
    const before = upstream.received.length
    expect(reasonOf(await post(at(two), bot.key, call('count'), session))).toBe('unknown_session')
    expect(upstream.received.length).toBe(before)
  })
})

describe('a session without a word for half an hour', () => {
  const silence = () =>
    policy.rows(`UPDATE "Session" SET "lastSeenAt" = now() - interval '31 minutes' WHERE "endedAt" IS NULL`)

  it('is over on every replica, and its client opens another one', async () => {
    const first = await connectClient(at(one), bot.key, 'sleeper')
    await first.client.callTool({ name: 'count' })
    await silence()
    expect(await endIdleSessions()).toBeGreaterThan(0)
    await eventually(
      () =>
        first.client.callTool({ name: 'count' }).then(
          () => null,
          (error: { code?: number }) => error.code,
        ),
      (code) => code === 404,
    )
    await first.close()
    const second = await connectClient(at(two), bot.key, 'sleeper')
    await second.client.callTool({ name: 'count' })
    await second.close()
  })
})

describe('a client that leaves its stream', () => {
  it('is left by the server too', async () => {
    const session = await sessionOf()
    const leaving = new AbortController()
    const stream = await fetch(at(one), {
      signal: leaving.signal,
      headers: { authorization: `Bearer ${bot.key}`, accept: 'text/event-stream', ...session },
    })
    expect(stream.status).toBe(200)
    // One standalone stream per session: the SDK's server refuses a second one while it has the first.
    expect((await send('GET', at(one), bot.key, session)).status).toBe(409)
    leaving.abort()
    await eventually(
      async () => {
        const again = await send('GET', at(two), bot.key, session)
        await again.body?.cancel()
        return again.status
      },
      (status) => status === 200,
    )
  })
})
