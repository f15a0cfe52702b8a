import { Agent, createServer } from 'node:http'
import { createProxyServer } from 'http-proxy'

/** The other two processes of a comparison: `upstream` answers every POST alike, `proxy` is a bare http-proxy before it. */
const [role, port, target] = process.argv.slice(2) as [string, string, string | undefined]

const ROWS = Array.from({ length: 8 }, (_, i) => ({
  id: `cus_${1000 + i}`,
  name: `Customer number ${i}`,
  email: `customer${i}@mail.test`,
  plan: 'enterprise',
  seats: 25 * (i + 1),
}))
const ANSWER = Buffer.from(
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    result: { content: [{ type: 'text', text: JSON.stringify(ROWS) }], structuredContent: { customers: ROWS } },
  }),
)

if (role === 'upstream') {
  createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
      response.end(ANSWER)
    })
  }).listen(Number(port), '127.0.0.1')
} else {
  const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }) })
  proxy.on('error', (_error, _request, response) => response.end())
  createServer((request, response) => {
    if (request.url === '/cpu') {
      const { user, system } = process.cpuUsage()
      response.end(String((user + system) / 1_000_000))
    } else proxy.web(request, response)
  }).listen(Number(port), '127.0.0.1')
}
