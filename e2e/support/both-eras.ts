import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { CANARY } from './upstreams'

export interface BothErasUpstream {
  url: string
  ran: string[]
  /** Tells open subscriptions that the tools have changed. */
  toolsChanged(): void
  close(): Promise<void>
}

/** A server on the second generation of the SDK: 2026-07-28, and what came before it unless `legacy` is `reject`. */
export async function startBothErasUpstream(legacy: 'stateless' | 'reject' = 'stateless'): Promise<BothErasUpstream> {
  const ran: string[] = []
  const handler = createMcpHandler(() => customerServer(ran), { legacy })
  const server = createServer(async (request, response) => {
    const answer = await handler.fetch(await asFetch(request))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.flushHeaders()
    const body = answer.body?.getReader()
    response.on('close', () => void body?.cancel().catch(() => {}))
    for (;;) {
      const { value, done } = (await body?.read().catch(() => undefined)) ?? { value: undefined, done: true }
      if (done) return response.end()
      response.write(value)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    ran,
    toolsChanged: () => handler.notify.toolsChanged(),
    async close() {
      await handler.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function asFetch(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value)
  const hasBody = request.method === 'POST'
  return new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method,
    headers,
    body: hasBody ? Buffer.concat(chunks) : null,
  })
}

function customerServer(ran: string[]): McpServer {
  const server = new McpServer({ name: 'customers', version: '2.0.0' })
  server.registerTool(
    'get_customer',
    {
      description: 'One customer by id',
      inputSchema: z.object({ id: z.string() }),
      outputSchema: z.object({ id: z.string(), email: z.string(), card: z.string(), phone: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ id }) => {
      ran.push('get_customer')
      const customer = { id, ...CANARY }
      return { content: [{ type: 'text', text: JSON.stringify(customer) }], structuredContent: customer }
    },
  )
  server.registerTool(
    'delete_customer',
    { description: 'Deletes a customer', inputSchema: z.object({ id: z.string() }) },
    ({ id }) => {
      ran.push('delete_customer')
      return { content: [{ type: 'text', text: `deleted ${id}` }] }
    },
  )
  return server
}
