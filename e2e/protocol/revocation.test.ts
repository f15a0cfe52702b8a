import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { type DatabaseLink, linkDatabase } from '@/e2e/support/database-link'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let connectionId: string
let inJson: Upstream
let jsonId: string
let link: DatabaseLink
let one: TestGateway
let two: TestGateway
let names = 0

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateful')
  connectionId = await policy.connection('crm', upstream.url)
  inJson = await startUpstream('json')
  jsonId = await policy.connection('json', inJson.url)
  link = await linkDatabase(database.gatewayUrl)
  ;[one, two] = await Promise.all([startGateway(database.gatewayUrl), startGateway(link.url)])
})

afterEach(async () => {
  link.heal()
  await two.untilReady(true)
})

afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await link?.close()
  await Promise.all([upstream?.close(), inJson?.close()])
  await policy?.close()
  await database?.drop()
})

const endSessionsOf = async (identityId: string) => {
  const ended = await policy.rows<{ id: string }>(
    `UPDATE "Session" SET "endRequestedBy" = 'user:dana@acme.test' WHERE "identityId" = $1 RETURNING "id"`,
    [identityId],
  )
  for (const { id } of ended) await policy.rows(`SELECT pg_notify('session', $1)`, [id])
}
const newcomer = async (tools = ['*']) => {
  const caller = await policy.caller(`bot-${++names}`, connectionId, tools)
  await policyApplied(policy)
  return caller
}
const urls = () => [`${one.url}/crm/mcp`, `${two.url}/crm/mcp`] as const
const open = async (url: string, key: string) => {
  const answer = await post(url, key, initialize())
  return { 'mcp-session-id': answer.headers.get('mcp-session-id')! }
}
const reasonOf = ({ json }: Awaited<ReturnType<typeof post>>) => json?.error?.data?.reason ?? null

/** Reads a stream to its end in the background. */
async function listen(url: string, key: string, headers: Record<string, string>) {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
  })
  let ended = false
  const text = response.text().finally(() => {
    ended = true
  })
  text.catch(() => {})
  return { status: response.status, hasEnded: () => ended, text }
}

describe('what is revoked', () => {
  it.each([
    ['the grant', (c: Newcomer) => policy.revoke(c.grantId)],
    [
      'the key',
      (c: Newcomer) => policy.change(`UPDATE "ServiceKey" SET "revokedAt" = now() WHERE "id" = $1`, [c.keyId]),
    ],
    [
      'the identity',
      (c: Newcomer) => policy.change(`UPDATE "Identity" SET "disabledAt" = now() WHERE "id" = $1`, [c.identityId]),
    ],
    ['all of it, in a review', (c: Newcomer) => policy.exclude(c.identityId, connectionId)],
  ])('%s: is refused within a second on every replica, streams are cut', async (_what, revoke) => {
    const bot = await newcomer()
    const session = await open(urls()[0], bot.key)
    // The session that one replica opened is known to the other.
    for (const url of urls()) expect(reasonOf(await post(url, bot.key, call('count'), session))).toBeNull()
    const stream = await listen(urls()[0], bot.key, session)
    expect(stream.status).toBe(200)

    const started = performance.now()
    await revoke(bot)
    await policyApplied(policy)
    const ran = upstream.ran.length
    for (const url of urls()) {
      const answer = await post(url, bot.key, call('count'), session)
      // 401 for the credential itself; otherwise an error that the client's own session can read.
      expect([401, 403, 200]).toContain(answer.status)
      expect(reasonOf(answer)).not.toBeNull()
    }
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(upstream.ran.length).toBe(ran)
    await eventually(stream.hasEnded, Boolean, 1_000)
  })

  it('lets a running call finish, withholds its answer, and says so', async () => {
    const bot = await newcomer()
    const session = await open(urls()[0], bot.key)
    const before = upstream.ran.length
    const running = post(urls()[0], bot.key, call('slow', {}, 'late'), session)
    await eventually(
      () => upstream.ran.length,
      (ran) => ran > before,
    )
    await policy.revoke(bot.grantId)
    const answer = await running
    expect(answer.json).toMatchObject({ id: 'late', error: { data: { reason: 'access_ended' } } })
    upstream.releaseSlow()
    const [closed] = await eventually(
      () => policy.rows(`SELECT "outcome", "reason" FROM "Call" WHERE "identityId" = $1`, [bot.identityId]),
      ([row]) => row?.outcome !== 'in_flight',
    )
    expect(closed).toEqual({ outcome: 'withheld', reason: 'access_ended' })
    // The late answer itself is in the record, masked, and marked.
    const [late] = await policy.rows(
      `SELECT "body", "decision" FROM "RecordedMessage" WHERE "rpcId" = '"late"' AND "frame" = 'sse'`,
    )
    expect(late).toMatchObject({ decision: { effect: 'withheld', reason: 'access_ended' } })
    expect(late!.body).toContain('done for [EMAIL_')
    expect(answer.text).not.toContain(CANARY.email)
  })

  it.each<[string, 'sse' | 'json', (c: Newcomer) => Promise<unknown>, string]>([
    ['access ends', 'sse', (c) => policy.revoke(c.grantId), 'access_ended'],
    ['access ends', 'json', (c) => policy.revokeAll(c.identityId), 'access_ended'],
    ['the session is ended', 'sse', (c) => endSessionsOf(c.identityId), 'unknown_session'],
    ['the session is ended', 'json', (c) => endSessionsOf(c.identityId), 'unknown_session'],
  ])(
    'while an answer is being recorded: %s (%s), its client is told, the record corrected',
    async (_, kind, end, reason) => {
      const bot = await newcomer()
      const [url, server] = kind === 'sse' ? [urls()[0], upstream] : [`${one.url}/json/mcp`, inJson]
      if (kind === 'json') await policy.grant(bot.identityId, jsonId)
      await policyApplied(policy)
      const headers = kind === 'sse' ? await open(url, bot.key) : { 'user-agent': `late-${++names}` }
      const before = server.ran.length
      const running = post(url, bot.key, call('slow', {}, 'cut'), headers)
      await eventually(
        () => server.ran.length,
        (ran) => ran > before,
      )
      const disk = await PolicyWriter.open(database.url)
      await disk.client.query('BEGIN; LOCK TABLE "RecordedMessage" IN EXCLUSIVE MODE')
      try {
        server.releaseSlow()
        // Its record is waiting for the disk.
        await eventually(
          () => policy.rows(`SELECT 1 FROM pg_locks WHERE NOT "granted"`),
          (waiting) => waiting.length > 0,
        )
        await end(bot)
        expect((await running).json).toMatchObject({ id: 'cut', error: { data: { reason } } })
      } finally {
        await disk.close()
      }
      await eventually(
        () => policy.rows(`SELECT "outcome", "reason" FROM "Call" WHERE "identityId" = $1`, [bot.identityId]),
        ([row]) => row?.outcome === 'withheld' && row.reason === reason,
      )
      expect(await brokenChains(policy.client)).toEqual([])
    },
  )

  it('ends by date without anybody doing anything', async () => {
    const bot = await newcomer(['prompt:none'])
    const until = new Date(Date.now() + 1_500)
    await policy.change(`UPDATE "Grant" SET "until" = $2 WHERE "id" = $1`, [bot.grantId, until])
    await policyApplied(policy)
    const session = await open(urls()[0], bot.key)
    const stream = await listen(urls()[0], bot.key, session)
    expect(stream.status).toBe(200)
    await eventually(stream.hasEnded, Boolean, 3_000)
    expect(Math.abs(Date.now() - until.getTime())).toBeLessThan(1_000)
    expect(reasonOf(await post(urls()[0], bot.key, call('count'), session))).toBe('not_granted')
  })

  it('reduced to one tool, leaves that tool, and the list shows the same', async () => {
    const bot = await newcomer()
    const { client, close } = await connectClient(urls()[0], bot.key)
    await policy.exclude(bot.identityId, connectionId, ['count'])
    await policyApplied(policy)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['count'])
    await expect(client.callTool({ name: 'get_customer', arguments: { id: 'c' } })).rejects.toMatchObject({
      data: { reason: 'excluded' },
    })
    await client.callTool({ name: 'count' })
    await close()
  })
})

describe('a replica that no longer hears of changes', () => {
  it.each(['cut', 'freeze'] as const)(
    'refuses everything before the database stops counting it, and the other one goes on (%s)',
    async (fault) => {
      const [bot, bystander] = [await newcomer(), await newcomer()]
      const session = await open(urls()[0], bystander.key)
      const goesOn = async () =>
        expect(reasonOf(await post(urls()[0], bystander.key, call('count'), session))).toBeNull()
      link[fault]('feed')
      const version = await policy.revoke(bot.grantId)
      await eventually(
        () => post(urls()[0], bot.key, call('count')),
        (answer) => reasonOf(answer) === 'not_granted',
        1_000,
      )
      const stale = await eventually(
        () => post(urls()[1], bot.key, call('count')),
        (answer) => reasonOf(answer) === 'policy_stale',
        5_000,
      )
      expect([stale.status, stale.headers.get('retry-after')]).toEqual([503, '2'])
      await goesOn()
      // Counted still, and known not to have it: what was revoked is not called enforced yet.
      const live = await policy.rows<{ url: string; appliedVersion: string }>('SELECT * FROM "LiveGateway"')
      const behind = live.filter(({ appliedVersion }) => BigInt(appliedVersion) < version)
      expect(behind.map(({ url }) => url)).toEqual([two.url])
      const ran = upstream.ran.length
      expect((await fetch(`${two.url}/readyz`)).status).toBe(503)
      expect(upstream.ran.length).toBe(ran)
      await goesOn()
      link.heal()
      await two.untilReady(true)
      expect(reasonOf(await post(urls()[1], bot.key, call('count')))).toBe('not_granted')
    },
  )
})

describe('a session', () => {
  it('belongs to its subject on every replica: to others it does not exist', async () => {
    const [alice, mallory] = [await newcomer(), await newcomer()]
    const session = await open(urls()[0], alice.key)
    for (const url of urls()) {
      const before = upstream.received.length
      const stolen = await post(url, mallory.key, call('count'), session)
      expect([stolen.status, reasonOf(stolen)]).toEqual([404, 'unknown_session'])
      const stream = await listen(url, mallory.key, { ...session, 'last-event-id': '1' })
      expect(stream.status).toBe(404)
      expect((await listen(url, mallory.key, { 'last-event-id': '1' })).status).toBe(400)
      expect(upstream.received.length).toBe(before)
      expect(reasonOf(await post(url, alice.key, call('count'), session))).toBeNull()
    }
  })

  it('goes on under another key of the same subject', async () => {
    const bot = await newcomer()
    const session = await open(urls()[0], bot.key)
    const { key } = await policy.key(bot.identityId)
    await policyApplied(policy)
    expect(reasonOf(await post(urls()[1], key, call('count'), session))).toBeNull()
  })

  it('that somebody ends is gone on every replica, its streams cut', async () => {
    const bot = await newcomer()
    const session = await open(urls()[0], bot.key)
    const stream = await listen(urls()[1], bot.key, session)
    expect(reasonOf(await post(urls()[0], bot.key, call('count'), session))).toBeNull()
    const [{ id }] = (await policy.rows<{ id: string }>(`SELECT "id" FROM "Session" WHERE "identityId" = $1`, [
      bot.identityId,
    ])) as [{ id: string }]
    await policy.rows(`UPDATE "Session" SET "endRequestedBy" = 'user:dana@acme.test' WHERE "id" = $1`, [id])
    await policy.rows(`SELECT pg_notify('session', $1)`, [id])
    await eventually(stream.hasEnded, Boolean, 1_000)
    for (const url of urls()) expect((await post(url, bot.key, call('count'), session)).status).toBe(404)
    const [ended] = await policy.rows(`SELECT "endReason", "endedAt" FROM "Session" WHERE "id" = $1`, [id])
    expect(ended).toMatchObject({ endReason: 'ended by user:dana@acme.test', endedAt: expect.any(Date) })
  })

  it('that its client closes ends, upstream too', async () => {
    const bot = await newcomer()
    const { client, transport } = await connectClient(urls()[0], bot.key)
    await client.callTool({ name: 'count' })
    await transport.terminateSession()
    await client.close()
    const sessions = await policy.rows(`SELECT "endReason" FROM "Session" WHERE "identityId" = $1`, [bot.identityId])
    expect(sessions).toEqual([{ endReason: 'closed by its client' }])
    expect(upstream.received.at(-1)!.method).toBe('DELETE')
  })

  it('survives a restart of its gateway', async () => {
    const bot = await newcomer()
    const third = await startGateway(database.gatewayUrl)
    const session = await open(`${third.url}/crm/mcp`, bot.key)
    await third.stop()
    const fourth = await startGateway(database.gatewayUrl)
    expect(reasonOf(await post(`${fourth.url}/crm/mcp`, bot.key, call('count'), session))).toBeNull()
    const sessions = await policy.rows(`SELECT "id" FROM "Session" WHERE "identityId" = $1`, [bot.identityId])
    expect(sessions).toHaveLength(1)
    await fourth.stop()
  })
})

describe('a probe', () => {
  it('asks each replica as if the identity called, and leaves no call behind', async () => {
    const bot = await newcomer()
    await policy.exclude(bot.identityId, connectionId, ['count'])
    const [{ version }] = (await policy.rows<{ version: string }>('SELECT "version" FROM "PolicyVersion"')) as [
      { version: string },
    ]
    await remediation('rem_kept', bot.identityId, version, 'count')
    const still = await newcomer()
    await remediation('rem_open', still.identityId, version, null)
    await policy.rows(`SELECT pg_notify('probe', 'rem_kept')`)

    const probes = await eventually(
      () => policy.rows(`SELECT * FROM "Probe" ORDER BY "remediationId"`),
      (rows) => rows.length === 4 && rows.every(({ status }) => status !== 'requested'),
    )
    const outcome = (id: string) =>
      probes.filter(({ remediationId }) => remediationId === id).map(({ status }) => status)
    expect(outcome('rem_kept')).toEqual(['refused', 'refused'])
    // Nothing was taken away from this one: the probe must not say that it was.
    expect(outcome('rem_open')).toEqual(['passed', 'passed'])
    expect(probes[0]!.results).toEqual([
      { tool: 'get_customer', expected: 'deny', effect: 'deny', reason: 'excluded' },
      { tool: expect.stringMatching(/^unknown_/), expected: 'deny', effect: 'deny', reason: 'excluded' },
      { tool: 'count', expected: 'allow', effect: 'allow', reason: null },
    ])
    expect(Number(probes[0]!.policyVersion)).toBeGreaterThanOrEqual(Number(version))
    expect(await policy.rows(`SELECT 1 FROM "Call" WHERE "identityId" = $1`, [bot.identityId])).toEqual([])
    const events = await eventually(
      () => policy.rows(`SELECT "action", "data" FROM "AuditEvent" WHERE "targetId" LIKE 'rem_%' ORDER BY "targetId"`),
      (rows) => rows.length === 4,
    )
    expect(events.map(({ action, data }) => [action, data.synthetic])).toEqual([
      ['probe.refused', true],
      ['probe.refused', true],
      ['probe.passed', true],
      ['probe.passed', true],
    ])
  })
})

type Newcomer = Awaited<ReturnType<typeof newcomer>>

async function remediation(id: string, identityId: string, version: string, kept: string | null): Promise<void> {
  const reviewer = await policy.identity(`reviewer-${id}`.replace('_', '-'))
  await policy.rows(
    `WITH campaign AS (
       INSERT INTO "Campaign" ("id", "name", "scope", "fallbackId", "createdBy", "dueAt")
       VALUES ('cmp_' || $1, 'test', '{}', $3, 'test', now()) RETURNING "id"
     ), item AS (
       INSERT INTO "CampaignItem" ("id", "campaignId", "identityId", "connectionId", "reviewerId", "snapshot")
       SELECT 'itm_' || $1, "id", $2, $4, $3, '{}' FROM campaign RETURNING "id"
     ), remediation AS (
       INSERT INTO "Remediation" ("id", "itemId", "policyVersion", "removedTools", "keptTool")
       SELECT $1, "id", $5::bigint, '{get_customer}', $6 FROM item RETURNING "id"
     )
     INSERT INTO "Probe" ("remediationId", "replicaId", "attempt")
     SELECT remediation."id", g."id", 1 FROM remediation, "LiveGateway" g`,
    [id, identityId, reviewer, connectionId, version, kept],
  )
}
