import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '@/demo/listen'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { crmRecords } from './records'
import { startCrm } from './server'
import { prepareCrm } from './tables'

const TOKEN = 'only-the-gateway-has-this'
let database: TestDatabase
let pool: pg.Pool
let server: RunningServer
let client: Client

async function connect(token: string): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
  const connected = new Client({ name: 'crm-test', version: '1.0.0' })
  await connected.connect(transport)
  return connected
}

beforeAll(async () => {
  database = await createTestDatabase()
  pool = new pg.Pool({ connectionString: database.url, max: 4 })
  await Promise.all([prepareCrm(pool), prepareCrm(pool)])
  server = await startCrm({ port: 0, token: TOKEN, crm: crmRecords(pool) })
  client = await connect(TOKEN)
  // The SDK checks structured results against the output schemas it has listed.
  await client.listTools()
})
afterAll(async () => {
  await client.close()
  await server.close()
  await pool.end()
  await database.drop()
})

const call = async (name: string, args: Record<string, unknown> = {}) => {
  const result = await client.callTool({ name, arguments: args })
  const [first] = result.content as { text: string }[]
  return { isError: result.isError === true, text: first!.text, data: result.structuredContent as never }
}

describe('the Acme CRM', () => {
  it('says of every tool what it does to the world, and what it returns', async () => {
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(14)
    const destructive = tools.filter(({ annotations }) => annotations?.destructiveHint).map(({ name }) => name)
    expect(destructive.sort()).toEqual(['delete_customer', 'delete_note', 'issue_refund'])
    const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint)
    expect(reading).toHaveLength(9)
    expect(tools.every(({ inputSchema, outputSchema }) => inputSchema && outputSchema)).toBe(true)
  })

  it('answers nobody without its own credential', async () => {
    await expect(connect('something-else')).rejects.toThrow(/Unauthorized|401/)
    const response = await fetch(server.url, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
  })

  it('finds customers, literally, and returns structure and the same as text', async () => {
    const found = await call('search_customers', { query: 'Harbor', limit: 3 })
    expect(found.data).toMatchObject({ count: 3 })
    expect(JSON.parse(found.text)).toEqual(found.data)
    expect((await call('search_customers', { query: '%' })).data).toMatchObject({ count: 0 })
  })

  it('exports all 5,000, filled once though two demos began at once', async () => {
    const exported = await call('export_customers', { limit: 5000 })
    expect(exported.data).toMatchObject({ count: 5000 })
  })

  it('reads what belongs to a customer', async () => {
    const { data } = await call('export_customers', { limit: 50 })
    const withOrders: { id: string; orders: { id: string }[] }[] = []
    for (const { id } of (data as { customers: { id: string }[] }).customers) {
      const { orders } = (await call('list_orders', { customerId: id })).data as { orders: { id: string }[] }
      if (orders.length > 0) withOrders.push({ id, orders })
    }
    const [first] = withOrders
    expect((await call('get_order', { id: first!.orders[0]!.id })).data).toMatchObject({ customerId: first!.id })
    for (const name of ['list_invoices', 'list_notes']) {
      expect((await call(name, { customerId: first!.id })).isError).toBe(false)
    }
    expect((await call('crm_stats')).data).toMatchObject({ customers: 5000 })
  })

  it('changes only what was named, and a deleted note or customer is gone', async () => {
    const before = (await call('get_customer', { id: 'C-10007' })).data as { email: string }
    const changed = await call('update_customer', { id: 'C-10007', status: 'churned' })
    expect(changed.data).toEqual({ ...before, status: 'churned' })

    const note = (await call('add_note', { customerId: 'C-10007', author: 'test', text: 'x' })).data as { id: number }
    expect((await call('delete_note', { id: note.id })).isError).toBe(false)
    expect((await call('delete_note', { id: note.id })).isError).toBe(true)

    expect((await call('delete_customer', { id: 'C-10007' })).isError).toBe(false)
    expect((await call('get_customer', { id: 'C-10007' })).isError).toBe(true)
  })

  it('refunds an order once, and never more than it was', async () => {
    const { rows } = await pool.query(`SELECT id, total FROM acme_crm.orders WHERE status = 'delivered' LIMIT 1`)
    const [{ id, total }] = rows
    expect((await call('issue_refund', { orderId: id, amount: total + 1, reason: 'late' })).isError).toBe(true)
    expect((await call('issue_refund', { orderId: id, amount: total, reason: 'late' })).isError).toBe(false)
    expect((await call('issue_refund', { orderId: id, amount: total, reason: 'late' })).isError).toBe(true)
  })

  it('forgets a session that its client ended', async () => {
    const other = await connect(TOKEN)
    const transport = other.transport as StreamableHTTPClientTransport
    const sessionId = transport.sessionId!
    await transport.terminateSession()
    const response = await fetch(server.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'mcp-session-id': sessionId,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })
    expect(response.status).toBe(404)
  })
})
