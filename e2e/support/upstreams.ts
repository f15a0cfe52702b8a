import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { z } from 'zod'
import { KeptEvents } from '../conformance/fixture/event-store'

/** What a planted customer looks like. No byte of it may be in any table, log or masked answer. */
export const CANARY = {
  email: 'zofia.canary@planted.test',
  card: '4556737586899855',
  phone: '+1 415 555 0134',
}

export interface Received {
  method: string
  headers: IncomingMessage['headers']
  body: string
}

export interface Upstream {
  url: string
  /** Every HTTP request that reached it, in order. */
  received: Received[]
  /** Names of the tools that were really run, in order. */
  ran: string[]
  /** Lets calls of `slow` finish. */
  releaseSlow(): void
  /** As after its own restart: no session is known any more. */
  forget(): void
  close(): Promise<void>
}

export type UpstreamKind = 'stateless' | 'stateful' | 'json' | 'resumable'

/** A real MCP server on the SDK: with sessions, without, answering in plain JSON, or keeping events to resume from. */
export async function startUpstream(kind: UpstreamKind = 'stateful'): Promise<Upstream> {
  const ran: string[] = []
  let slow: (() => void)[] = []
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const connect = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: kind === 'stateful' || kind === 'resumable' ? randomUUID : undefined,
      enableJsonResponse: kind === 'json',
      eventStore: kind === 'resumable' ? new KeptEvents() : undefined,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    await customerServer(ran, (finish) => slow.push(finish)).connect(transport)
    return transport
  }
  const upstream = await startRawUpstream(async (request, response, body) => {
    const id = request.headers['mcp-session-id']
    const known = typeof id === 'string' ? sessions.get(id) : undefined
    if (id !== undefined && known === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}')
      return
    }
    const transport = known ?? (await connect())
    await transport.handleRequest(request, response, body === '' ? undefined : JSON.parse(body))
  })
  const releaseSlow = () => {
    for (const finish of slow) finish()
    slow = []
  }
  const close = () => {
    releaseSlow()
    return upstream.close()
  }
  return { ...upstream, ran, releaseSlow, forget: () => sessions.clear(), close }
}

/** The same server over HTTP+SSE as of 2024-11-05, with the SDK's own transport. `end` closes every open stream. */
export async function startSseUpstream(): Promise<Upstream & { end(): void }> {
  const ran: string[] = []
  let slow: (() => void)[] = []
  const streams = new Map<string, SSEServerTransport>()
  const upstream = await startRawUpstream(async (request, response, body) => {
    const url = new URL(request.url!, 'http://upstream')
    if (request.method === 'GET' && url.pathname === '/sse') {
      const transport = new SSEServerTransport('/messages?for=tests', response)
      streams.set(transport.sessionId, transport)
      response.on('close', () => streams.delete(transport.sessionId))
      return customerServer(ran, (finish) => slow.push(finish)).connect(transport)
    }
    const transport = streams.get(url.searchParams.get('sessionId') ?? '')
    if (transport) return transport.handlePostMessage(request, response, JSON.parse(body))
    response.writeHead(404, { 'content-type': 'text/plain' })
    response.end('no such stream')
  })
  const releaseSlow = () => {
    for (const finish of slow) finish()
    slow = []
  }
  return {
    ...upstream,
    url: upstream.url.replace('/mcp', '/sse'),
    ran,
    releaseSlow,
    forget: () => streams.clear(),
    end: () => {
      for (const transport of streams.values()) void transport.close()
    },
    close: () => {
      releaseSlow()
      return upstream.close()
    },
  }
}

/** A server that answers whatever it is told to: for what no SDK would send. */
export async function startRawUpstream(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown,
): Promise<Omit<Upstream, 'ran' | 'releaseSlow' | 'forget'>> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    received.push({ method: request.method ?? '', headers: request.headers, body })
    await answer(request, response, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function customerServer(ran: string[], hold: (finish: () => void) => void): McpServer {
  const server = new McpServer({ name: 'customers', version: '1.0.0' }, { capabilities: { logging: {} } })
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

  server.registerTool(
    'get_customer',
    {
      description: 'One customer by id',
      inputSchema: { id: z.string() },
      outputSchema: { id: z.string(), email: z.string(), card: z.string(), phone: z.string() },
      annotations: { readOnlyHint: true },
    },
    ({ id }) => {
      ran.push('get_customer')
      const customer = { id, ...CANARY }
      return { ...text(JSON.stringify(customer)), structuredContent: customer }
    },
  )
  server.registerTool('count', { description: 'A number', annotations: { readOnlyHint: true } }, () => {
    ran.push('count')
    return text('42')
  })
  server.registerTool(
    'slow',
    { description: 'Reports progress and finishes when told', annotations: { readOnlyHint: true } },
    async ({ _meta, sendNotification }) => {
      ran.push('slow')
      const progressToken = _meta?.progressToken
      if (progressToken !== undefined) {
        await sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress: 1, total: 2, message: `reading ${CANARY.email}` },
        })
      }
      await new Promise<void>((finish) => hold(finish))
      return text(`done for ${CANARY.email}`)
    },
  )
  server.registerTool(
    'delete_customer',
    { description: 'Deletes a customer', inputSchema: { id: z.string() } },
    ({ id }) => {
      ran.push('delete_customer')
      return text(`deleted ${id}`)
    },
  )
  server.registerTool('failing', { description: 'Fails with a customer in the message' }, () => {
    ran.push('failing')
    throw new Error(`no such customer ${CANARY.email}`)
  })
  server.registerPrompt('greet', { description: 'A greeting' }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Dear ${CANARY.email}` } }],
  }))
  server.registerResource('list', 'customers://list', { description: 'All customers' }, (uri) => ({
    contents: [{ uri: uri.href, text: JSON.stringify([CANARY]) }],
  }))
  return server
}
