import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

const CANARY = 'zofia.large@planted.test'
const CARD = '4556737586899855'
const CARDS = `${CARD} `.repeat(100_000)
/** Dense enough to keep a thread busy for seconds. */
const ADDRESSES = `${CANARY} `.repeat(260_000)

/** Whose answer has left the server. */
const sent: string[] = []
let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((_request, response, body) => {
    const { id, params } = JSON.parse(body) as { id: number; params: { name: string } }
    const text = params.name === 'export' ? ADDRESSES : params.name === 'cards' ? CARDS : 'ok'
    response.on('finish', () => sent.push(params.name))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } }))
  })
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  await policy.mask('customer data', ['EMAIL'])
  gateway = await startGateway(database.gatewayUrl)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

const ask = (name: string, args = {}) => post(`${gateway.url}/crm/mcp`, bot.key, call(name, args))

/** Answers that others got while `work` was under way. */
async function neighboursDuring<T>(work: Promise<T>): Promise<{ result: T; answers: string[] }> {
  const answers: string[] = []
  let isOver = false
  const result = work.finally(() => {
    isOver = true
  })
  while (!isOver) answers.push((await ask('count')).text)
  return { result: await result, answers }
}

describe('a message that takes seconds to mask', () => {
  it('is masked whole, and nobody else waits for it', async () => {
    const { result, answers } = await neighboursDuring(ask('export'))
    expect(result.status).toBe(200)
    expect(result.text).not.toContain(CANARY)
    expect(result.text.match(/\[EMAIL_[a-z2-7]{8}\]/g)).toHaveLength(260_000)
    expect(answers.filter((answer) => !answer.includes('"ok"'))).toEqual([])
    expect(answers.length).toBeGreaterThan(20)
  })

  it('is recorded masked as well, in both directions', async () => {
    const { result, answers } = await neighboursDuring(ask('import', { addresses: ADDRESSES }))
    expect(result.status).toBe(200)
    expect(answers.filter((answer) => !answer.includes('"ok"'))).toEqual([])
    expect(answers.length).toBeGreaterThan(20)
    // No rule masks what goes up, so the server got it as it was sent.
    expect(upstream.received.some(({ body }) => body.includes(CANARY))).toBe(true)
    const raw = await policy.rows(`SELECT 1 FROM "RecordedMessage" WHERE position($1 IN "body") > 0`, [CANARY])
    expect(raw).toEqual([])
    const [large] = await policy.rows<{ redactions: object }>(
      `SELECT "redactions" FROM "RecordedMessage" WHERE "direction" = 'client' ORDER BY "bytes" DESC LIMIT 1`,
    )
    expect(large).toEqual({ redactions: { EMAIL: 260_000 } })
  })
})

describe('a rule that is made while a message is being masked', () => {
  const IBAN = 'DE89 3704 0044 0532 0130 00'

  it('counts for the answer', async () => {
    const asking = ask('cards')
    await eventually(
      () => sent,
      (names) => names.includes('cards'),
    )
    await policy.mask('cards', ['CREDIT_CARD'], 'client', ['cards'])
    await policyApplied(policy)
    const answer = await asking
    expect(answer.text.includes(CARD)).toBe(false)
    expect(answer.text.match(/\[CREDIT_CARD_[a-z2-7]{8}\]/g)).toHaveLength(100_000)
  })

  it('and what it hides does not go up', async () => {
    const asking = ask('import', { accounts: `${IBAN} `.repeat(100_000) })
    // By now the gateway has read it.
    await ask('count')
    await policy.mask('accounts', ['IBAN'], 'both', ['import'])
    await policyApplied(policy)
    expect((await asking).json).toMatchObject({ error: { data: { reason: 'policy_changed' } } })
    expect(upstream.received.some(({ body }) => body.includes(IBAN))).toBe(false)
  })
})
