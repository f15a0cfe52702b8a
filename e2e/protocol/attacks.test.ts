import type { IncomingMessage, ServerResponse } from 'node:http'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream } from '@/e2e/support/upstreams'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

let database: TestDatabase
let policy: PolicyWriter
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let gateway: TestGateway
let mallory: Awaited<ReturnType<PolicyWriter['caller']>>
let url: string
let answer: Answer

const plain: Answer = (_request, response, body) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: {} }))
}

const resume = (key: string, headers: Record<string, string>) =>
  fetch(url, { headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers } })

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  answer = plain
  upstream = await startRawUpstream((request, response, body) => answer(request, response, body))
  mallory = await policy.caller('mallory', await policy.connection('crm', upstream.url), ['ok'])
  await policy.mask('all', ['EMAIL'])
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

describe('a caller who names customers where names go', () => {
  it('finds none of them in any table or log, whether granted or refused', async () => {
    answer = plain
    for (const name of [CANARY.email, CANARY.card, CANARY.phone]) {
      await post(url, mallory.key, call(name, {}, name))
      await post(url, mallory.key, { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name } })
      await post(url, mallory.key, {
        jsonrpc: '2.0',
        id: 1,
        method: 'resources/read',
        params: { uri: `mailto:${name}` },
      })
      await post(url, mallory.key, { jsonrpc: '2.0', id: name, method: name })
    }
    await post(`${gateway.url}/${CANARY.card}/mcp`, mallory.key, call('ok'))
    await eventually(
      () => policy.rows(`SELECT 1 FROM "AuditEvent" WHERE "action" = 'call.refused'`),
      (rows) => rows.length >= 9,
    )
    const kept = (await everythingStored(policy.client)) + gateway.log()
    for (const value of Object.values(CANARY)) expect(kept).not.toContain(value)
  })
})

describe('a refused caller', () => {
  it('is named in the audit trail whatever id and name it chose', async () => {
    for (let length = 495; length < 503; length++) {
      await post(url, mallory.key, call('forbidden', { length }, `${'i'.repeat(length)}😀`))
      await post(url, mallory.key, call(`${'n'.repeat(length)}😀`))
    }
    const rows = await eventually(
      () =>
        policy.rows(
          `SELECT 1 FROM "AuditEvent" WHERE "action" = 'call.refused' AND "identityId" = $1
           AND ("tool" = 'forbidden' OR "tool" LIKE 'nnn%')`,
          [mallory.identityId],
        ),
      (seen) => seen.length >= 16,
    )
    expect(rows).toHaveLength(16)
  })
})

describe('an id used for two open requests', () => {
  it('brings no list past its filter on a resumed stream', async () => {
    const tools = ['ok', 'forbidden'].map((name) => ({ name, inputSchema: { type: 'object' } }))
    answer = (request, response, body) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.end(`id: 2\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 7, result: { tools } })}\n\n`)
      }
      const { method } = JSON.parse(body)
      if (method === 'tools/list') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.end('id: 1\nretry: 10\ndata:\n\n')
      }
      if (method === 'initialize') response.setHeader('mcp-session-id', 'polled')
      return plain(request, response, body)
    }
    await post(url, mallory.key, initialize())
    const session = { 'mcp-session-id': 'polled' }
    const begun = await post(url, mallory.key, { jsonrpc: '2.0', id: 7, method: 'tools/list' }, session)
    await post(url, mallory.key, { jsonrpc: '2.0', id: 7, method: 'ping' }, session)
    const place = /^id: (.+)$/m.exec(begun.text)![1]!
    const resumed = await resume(mallory.key, { 'last-event-id': place, ...session })
    expect(resumed.status).toBe(200)
    expect(await resumed.text()).not.toContain('forbidden')
  })
})

describe('the place in a stream', () => {
  it('resumes that stream, and is none in anybody else’s session', async () => {
    const [crm] = await policy.rows<{ id: string }>(`SELECT "id" FROM "Connection"`)
    const victim = await policy.caller('victim', crm!.id)
    await policyApplied(policy)
    const asked: unknown[] = []
    answer = (request, response, body) => {
      if (request.method === 'GET') {
        asked.push(request.headers['last-event-id'])
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.end(
          'id: 2\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"hers"}}\n\n',
        )
      }
      const { method } = JSON.parse(body)
      if (method === 'tools/call') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.end('id: 1\nretry: 10\ndata:\n\n')
      }
      if (method === 'initialize') response.setHeader('mcp-session-id', `of-${request.headers['user-agent']}`)
      return plain(request, response, body)
    }
    await post(url, victim.key, initialize(), { 'user-agent': 'victim' })
    await post(url, mallory.key, initialize(), { 'user-agent': 'mallory' })
    const begun = await post(url, victim.key, call('ok'), { 'mcp-session-id': 'of-victim' })
    const place = /^id: (.+)$/m.exec(begun.text)![1]!

    for (const id of [place, '1', '1~', `1~${'A'.repeat(16)}`]) {
      const stolen = await resume(mallory.key, { 'last-event-id': id, 'mcp-session-id': 'of-mallory' })
      expect([stolen.status, await stolen.text()]).toEqual([404, expect.not.stringContaining('hers')])
    }
    const own = await resume(victim.key, { 'last-event-id': place, 'mcp-session-id': 'of-victim' })
    expect(await own.text()).toContain('hers')
    expect(asked).toEqual(['1'])
  })
})

describe('a server that says things beside its messages', () => {
  it('tells nobody: not in headers, comments, unknown fields, event names or other encodings', async () => {
    const asides = [`: ${CANARY.email}`, `event: ${CANARY.email}`, `other: ${CANARY.email}`]
    answer = (_request, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'mcp-note': CANARY.email,
        'retry-after': CANARY.email,
      })
      response.end(
        `${asides.map((aside) => `${aside}\n\n`).join('')}${asides.join('\n')}\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n`,
      )
    }
    const streamed = await post(url, mallory.key, call('ok'))
    expect(streamed.json?.result).toEqual({})
    expect(streamed.text + JSON.stringify([...streamed.headers])).not.toContain(CANARY.email)

    answer = (_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-16le' })
      response.end(Buffer.from(`no such customer ${CANARY.email}`, 'utf16le'))
    }
    const failed = await post(url, mallory.key, call('ok'))
    expect(failed.text.replaceAll('\0', '')).not.toContain(CANARY.email)
    expect((await everythingStored(policy.client)).replaceAll('\ufffd', '')).not.toContain(CANARY.email)
  })
})

describe('a body in single bytes', () => {
  it('is refused long before it costs what others need', async () => {
    answer = plain
    const said = await new Promise<string>((resolve) => {
      const socket = net.connect(gateway.port, '127.0.0.1')
      let heard = ''
      socket.on('data', (chunk) => {
        heard += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(heard))
      socket.write(
        `POST /crm/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${mallory.key}\r\n` +
          'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      )
      socket.write('1\r\n \r\n'.repeat(60_000))
    })
    expect(said).toContain('413')
    answer = plain
    expect((await post(url, mallory.key, call('ok'))).status).toBe(200)
  })
})
