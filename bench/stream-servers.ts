import { randomUUID } from 'node:crypto'
import { Agent, createServer, type ServerResponse } from 'node:http'
import { createProxyServer } from 'http-proxy'

/**
 * The other two processes of the comparison of idle streams: `upstream` gives out sessions and holds their streams, `proxy`
 * is a bare http-proxy before it.
 */
const [role, port, target] = process.argv.slice(2) as [string, string, string | undefined]

/** Five hundred in a second, where what is measured are idle streams, not a storm on all of them. */
const AT_A_TIME = 25
const NOTICE =
  'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"zofia@mail.test"}}\n\n'

if (role === 'upstream') {
  const streams = new Map<string, ServerResponse>()
  const sayToAll = async (all: ServerResponse[]) => {
    for (const [i, stream] of all.entries()) {
      stream.write(NOTICE)
      if (i % AT_A_TIME === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  createServer((request, response) => {
    const session = String(request.headers['mcp-session-id'])
    if (request.url === '/say') {
      void sayToAll([...streams.values()]).then(() => response.end())
    } else if (request.url === '/say-at-once') {
      for (const stream of streams.values()) stream.write(NOTICE)
      response.end()
    } else if (request.method === 'GET') {
      streams.set(session, response)
      response.on('close', () => streams.delete(session))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      // A bare http-proxy passes the head of an answer with its first byte.
      response.write(': here\n\n')
    } else {
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': randomUUID() })
        response.end(
          '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}',
        )
      })
    }
  }).listen(Number(port), '127.0.0.1')
} else {
  const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }) })
  proxy.on('error', (_error, _request, response) => response.end())
  createServer((request, response) => proxy.web(request, response)).listen(Number(port), '127.0.0.1')
}
