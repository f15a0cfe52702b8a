import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { listen, type RunningServer } from '@/demo/listen'
import type { CrmRecords } from './records'
import { registerCustomerTools } from './tools/customers'
import { registerNoteTools } from './tools/notes'
import { registerSalesTools } from './tools/sales'

interface Conversation {
  transport: StreamableHTTPServerTransport
  lastSeenAt: number
}

export interface CrmOptions {
  port: number
  bind?: string
  /** Its own credential, which only the gateway is to have. */
  token: string
  crm: CrmRecords
}

const IDLE_MS = 60 * 60_000
const SWEEP_MS = 60_000

function newServer(crm: CrmRecords): McpServer {
  const server = new McpServer(
    { name: 'acme-crm', title: 'Acme CRM', version: '3.2.0' },
    { instructions: 'Customers of Acme with their orders, invoices and notes.' },
  )
  registerCustomerTools(server, crm)
  registerSalesTools(server, crm)
  registerNoteTools(server, crm)
  return server
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function refuse(res: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }))
}

/** Acme's CRM as an MCP server: Streamable HTTP with sessions, behind its own bearer credential. */
export async function startCrm({ port, bind, token, crm }: CrmOptions): Promise<RunningServer> {
  const conversations = new Map<string, Conversation>()
  const expected = digest(`Bearer ${token}`)

  async function begin(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void conversations.set(id, { transport, lastSeenAt: Date.now() }),
      onsessionclosed: (id) => void conversations.delete(id),
    })
    await newServer(crm).connect(transport)
    await transport.handleRequest(req, res)
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (new URL(req.url ?? '/', 'http://crm').pathname !== '/mcp') return refuse(res, 404, 'Not found')
    if (!timingSafeEqual(digest(req.headers.authorization ?? ''), expected)) {
      return refuse(res, 401, 'Unauthorized', { 'www-authenticate': 'Bearer' })
    }
    const id = req.headers['mcp-session-id']
    if (id === undefined) return begin(req, res)
    const conversation = conversations.get(String(id))
    // The specification's way to tell a client to begin again.
    if (!conversation) return refuse(res, 404, 'Session not found')
    conversation.lastSeenAt = Date.now()
    await conversation.transport.handleRequest(req, res)
  }

  const server = await listen(
    (req, res) => {
      handle(req, res).catch((error) => {
        console.error('crm:', error)
        if (!res.headersSent) refuse(res, 500, 'Internal error')
        else res.destroy()
      })
    },
    port,
    bind,
  )

  const sweep = setInterval(() => {
    for (const [id, { transport, lastSeenAt }] of conversations) {
      if (Date.now() - lastSeenAt < IDLE_MS) continue
      conversations.delete(id)
      void transport.close()
    }
  }, SWEEP_MS)
  sweep.unref()

  return {
    url: `${server.url}/mcp`,
    close: () => {
      clearInterval(sweep)
      return server.close()
    },
  }
}
