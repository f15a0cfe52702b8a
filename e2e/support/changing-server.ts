import { randomUUID } from 'node:crypto'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js'
import { startRawUpstream } from './upstreams'

export interface ChangingServer {
  url: string
  ran: string[]
  /** How many streams clients have opened to hear of changes. */
  streams(): number
  /** What it offers from now on. With `tell` open streams hear that the list changed. */
  offer(tools: Tool[], tell?: boolean): Promise<void>
  close(): Promise<void>
}

/** A real MCP server whose tools can be made others at any time. */
export async function startChangingServer(first: Tool[]): Promise<ChangingServer> {
  let tools = first
  const ran: string[] = []
  const sessions = new Map<string, { transport: StreamableHTTPServerTransport; server: Server }>()
  const connect = async () => {
    const server = new Server(
      { name: 'changing', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true } } },
    )
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
      ran.push(params.name)
      return { content: [{ type: 'text', text: `ran ${params.name}` }] }
    })
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, { transport, server }),
    })
    await server.connect(transport)
    return transport
  }
  const upstream = await startRawUpstream(async (request, response, body) => {
    const known = sessions.get(String(request.headers['mcp-session-id']))
    await (known?.transport ?? (await connect())).handleRequest(
      request,
      response,
      body === '' ? undefined : JSON.parse(body),
    )
  })
  return {
    url: upstream.url,
    ran,
    streams: () => upstream.received.filter(({ method }) => method === 'GET').length,
    async offer(next, tell = false) {
      tools = next
      if (tell) for (const { server } of sessions.values()) await server.sendToolListChanged().catch(() => {})
    },
    close: upstream.close,
  }
}
