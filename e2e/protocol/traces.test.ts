import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { type CollectedSpan, startCollector } from '@/e2e/support/collector'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let collector: Awaited<ReturnType<typeof startCollector>>
let gateway: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let crm: string
let url: string

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const PARENT = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=opaque' }

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateless')
  collector = await startCollector()
  crm = await policy.connection('crm', upstream.url)
  bot = await policy.caller('bot', crm, ['count', 'get_customer', 'slow', 'failing'])
  for (const name of ['count', 'get_customer', 'slow']) {
    const digest = 'd'.repeat(64)
    await policy.change(
      `INSERT INTO "Tool" ("connectionId", "name", "risk", "digest", "pinnedDigest", "definition")
       VALUES ($1, $2, 'read', $3, $3, '{}')`,
      [crm, name, digest],
    )
  }
  gateway = await startGateway(database.gatewayUrl, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20bed',
  })
  await policyApplied(policy)
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), collector?.close(), policy?.close()])
  await database?.drop()
})

/** All spans of the request that has this reference, or whatever else is in its attributes. */
async function traceOf(isIt: (root: CollectedSpan) => boolean) {
  const root = await eventually(
    () => collector.spans.filter((span) => span.kind === 2).findLast(isIt),
    (seen) => seen !== undefined,
  )
  const stages = collector.spans.filter(({ parentSpanId }) => parentSpanId === root!.spanId)
  return { root: root!, stages, named: (name: string) => stages.find((span) => span.name === name)! }
}

const linesAbout = (reference: string) =>
  gateway
    .log()
    .split('\n')
    .filter((line) => line.includes(reference) && line.endsWith('}'))
    .map((line) => JSON.parse(line) as object)

describe('a call', () => {
  it('is a trace under that of its client, with a span for each stage, and upstream goes on under its own', async () => {
    const answer = await post(url, bot.key, call('count'), PARENT)
    expect(answer.status).toBe(200)
    const { root, stages, named } = await traceOf(({ traceId }) => traceId === TRACE)
    expect(root).toMatchObject({ parentSpanId: SPAN, name: 'tools/call count', statusCode: 0 })
    expect(root.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'count',
      'countersign.messages': 1,
      'countersign.connection': 'crm',
      'countersign.identity': bot.identityId,
      'countersign.session': expect.stringMatching(/^ses_/),
      'countersign.reference': expect.stringMatching(/^ref_/),
      'countersign.outcome': 'allowed',
    })
    expect(root.resource).toMatchObject({
      'service.name': 'countersign-gateway',
      'deployment.environment.name': 'test bed',
    })
    const order = [...stages].sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
    expect(order.map(({ name }) => name)).toEqual(['identify', 'parse', 'decide', 'record', 'upstream', 'deliver'])
    for (const [i, span] of order.slice(1).entries()) expect(span.startTimeUnixNano).toBe(order[i]!.endTimeUnixNano)
    expect(order.every(({ traceId }) => traceId === TRACE)).toBe(true)
    expect(upstream.received.at(-1)!.headers).toMatchObject({
      traceparent: `00-${TRACE}-${named('upstream').spanId}-01`,
      tracestate: 'vendor=opaque',
    })
  })

  it('goes on a trace that its message names, where no header does', async () => {
    const traceparent = `00-${'ab'.repeat(16)}-${SPAN}-01`
    const body = call('count')
    const params = { ...body.params, _meta: { traceparent } }
    expect((await post(url, bot.key, { ...body, params })).status).toBe(200)
    const { root } = await traceOf(({ traceId }) => traceId === 'ab'.repeat(16))
    expect(root.parentSpanId).toBe(SPAN)
    // What it says itself goes up as it is: the body is not ours to change.
    expect(upstream.received.at(-1)!.body).toContain(traceparent)
  })

  it('begins a trace of its own where its client names none, or nonsense, whose state stays behind', async () => {
    expect((await post(url, bot.key, call('count'), { traceparent: 'x', tracestate: 'a=b' })).status).toBe(200)
    const { headers } = upstream.received.at(-1)!
    const [, traceId] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(String(headers.traceparent))!
    expect(headers).not.toHaveProperty('tracestate')
    const { root } = await traceOf((span) => span.traceId === traceId)
    expect(root.parentSpanId).toBe('')
  })

  it('is not recorded where its client says that it does not, and passes that on', async () => {
    const traceId = 'cd'.repeat(16)
    await post(url, bot.key, call('count'), { traceparent: `00-${traceId}-${SPAN}-00` })
    expect(upstream.received.at(-1)!.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
    await post(url, bot.key, call('count'), { traceparent: `00-${'ef'.repeat(16)}-${SPAN}-01` })
    await traceOf((span) => span.traceId === 'ef'.repeat(16))
    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([])
  })

  it('that is refused says why, with the reference that its client and the log have', async () => {
    const answer = await post(url, bot.key, call('delete_customer', { id: '1' }))
    const { reference } = answer.json!.error!.data!
    const { root, stages } = await traceOf(({ attributes }) => attributes['countersign.reference'] === reference)
    expect(root.attributes).toMatchObject({ 'countersign.reason': 'not_granted', 'countersign.outcome': 'refused' })
    // A name that policy does not know is only what the client wrote.
    expect(root.name).toBe('tools/call')
    expect(stages.map(({ name }) => name)).not.toContain('upstream')
    const logged = await eventually(
      () => linesAbout(reference),
      (lines) => lines.length > 0,
    )
    expect(logged).toEqual([expect.objectContaining({ reason: 'not_granted' })])
    const audited = await eventually(
      () => policy.rows(`SELECT "reason" FROM "AuditEvent" WHERE "reference" = $1`, [reference]),
      (rows) => rows.length > 0,
    )
    expect(audited).toEqual([{ reason: 'not_granted' }])
  })

  it('that nobody may make is a trace too', async () => {
    const answer = await post(url, null, call('count'))
    const { reference } = answer.json!.error!.data!
    const { root } = await traceOf(({ attributes }) => attributes['countersign.reference'] === reference)
    expect(root.attributes).toMatchObject({
      'countersign.reason': 'missing_credential',
      'http.response.status_code': 401,
    })
    expect(root.attributes).not.toHaveProperty('countersign.identity')
  })
})

describe('what a customer is called', () => {
  it('is in no span, metric, log or table, wherever a client or a server writes it', async () => {
    const values = Object.values(CANARY)
    for (const value of values) {
      await post(url, bot.key, call(value, { value }, value), {
        tracestate: `vendor=${value.replaceAll(' ', '')}`,
        baggage: `customer=${encodeURIComponent(value)}`,
        'user-agent': value,
        traceparent: `00-${value}-${SPAN}-01`,
      })
      await post(url, bot.key, { jsonrpc: '2.0', id: 1, method: value, params: { _meta: { traceparent: value } } })
      await post(url, bot.key, { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: value } })
      await post(url, bot.key, initialize(value))
      await post(`${gateway.url}/${encodeURIComponent(value)}/mcp`, bot.key, call('count'))
      await post(`${url}?q=${encodeURIComponent(value)}`, bot.key, call('count'))
      await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${value}` } })
    }
    expect((await post(url, bot.key, call('get_customer', { id: CANARY.email }))).status).toBe(200)
    const failed = await post(url, bot.key, call('failing', {}, 'the last one'))
    expect(failed.text).toContain(CANARY.email)
    await eventually(
      () => collector.spans.filter(({ name }) => name === 'tools/call get_customer').length,
      (count) => count > 0,
    )
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(metrics).toContain('countersign_refusals_total{reason="not_granted"}')
    await gateway.stop()
    expect(collector.bytes()).toContain('not_granted')
    for (const value of [...values, bot.key]) {
      expect(metrics).not.toContain(value)
      expect(collector.bytes()).not.toContain(value)
      expect(gateway.log()).not.toContain(value)
      expect(await everythingStored(policy.client)).not.toContain(value)
    }
  })
})

describe('a log', () => {
  it('is one JSON object a line, whatever control characters a client sends', async () => {
    gateway = await startGateway(database.gatewayUrl)
    const evil = '\r\n{"level":30,"msg":"forged"}\u001b[2J\u009b31m'
    await post(`${gateway.url}/crm/mcp`, bot.key, call(evil, { evil }, evil))
    await post(`${gateway.url}/crm/mcp`, bot.key, { jsonrpc: '2.0', id: evil, method: evil })
    await post(`${gateway.url}/${encodeURIComponent(evil)}/mcp`, bot.key, call('count'))
    await eventually(
      () => gateway.log(),
      (log) => log.split('refused').length > 3,
    )
    const lines = gateway.log().trimEnd().split('\n')
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(lines.filter((line) => line.includes('forged'))).toEqual([])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(gateway.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

it('without a collector the client’s own context goes on as it is', async () => {
  expect((await post(`${gateway.url}/crm/mcp`, bot.key, call('count'), PARENT)).status).toBe(200)
  expect(upstream.received.at(-1)!.headers).toMatchObject(PARENT)
})
