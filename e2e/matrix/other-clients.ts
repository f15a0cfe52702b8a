import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CLIENTS, clientFile, newerNode, run } from './node'
import { type Callable, visitWith } from './sdk-clients'
import { type MatrixClient, shown, type Visit } from './visit'

/** A home of its own: what these clients keep of servers and sessions must not meet what their user has. */
export const HOME = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-clients-'))

const bearer = (key: string) => `Authorization: Bearer ${key}`
const node = (args: readonly string[], env: Record<string, string> = {}) => run(newerNode(), args, { HOME, ...env })

/** A command line that lists, calls, and calls what is not granted, each in a process of its own. */
function commandLine(
  name: string,
  commands: { list(url: string, key: string): string[]; call(url: string, key: string, tool: string): string[] },
  read: { tools(printed: string): string[] },
): MatrixClient {
  return {
    name,
    async visit(url, key) {
      const call = (tool: string) => node(commands.call(url, key, tool))
      return {
        tools: read.tools(await node(commands.list(url, key))),
        customer: compact(await call('get_customer')),
        deletion: await call('delete_customer').catch(shown),
      }
    },
  }
}

/** Only what it says, not how it is laid out. */
const compact = (printed: string): string => JSON.stringify(JSON.parse(printed))
const namesOf = (tools: { name: string }[]): string[] => tools.map(({ name }) => name)

export const INSPECTOR = clientFile('@modelcontextprotocol/inspector/clients/launcher/build/index.js')
const inspector = commandLine(
  'Inspector',
  {
    list: (url, key) => [...inspect(url, key), '--method', 'tools/list'],
    call: (url, key, tool) => [
      ...inspect(url, key),
      ...['--method', 'tools/call', '--tool-name', tool, '--tool-arg', 'id=c1'],
    ],
  },
  { tools: (printed) => namesOf(JSON.parse(printed).tools) },
)
const inspect = (url: string, key: string) => [
  ...[INSPECTOR, '--cli', url, '--transport', url.endsWith('/sse') ? 'sse' : 'http'],
  ...['--header', bearer(key)],
]

const MCPORTER = clientFile('mcporter/dist/cli.js')
const mcporter = commandLine(
  'mcporter',
  {
    list: (url, key) => [MCPORTER, 'list', ...at(url, key), '--json'],
    call: (url, key, tool) => [MCPORTER, 'call', ...at(url, key), tool, 'id=c1', '--output', 'json'],
  },
  { tools: (printed) => namesOf(JSON.parse(printed).tools) },
)
const at = (url: string, key: string) => ['--http-url', url, '--allow-http', '--header', `Authorization=Bearer ${key}`]

const MCPC = clientFile('@apify/mcpc/bin/mcpc')
let sessions = 0
/** Keeps a session in a process of its own between commands. */
const mcpc: MatrixClient = {
  name: 'mcpc',
  async visit(url, key) {
    const session = `@matrix-${++sessions}`
    const inSession = (...command: string[]) => node([MCPC, session, ...command, '--json'])
    try {
      await node([MCPC, 'connect', url, session, '--header', bearer(key), '--json'])
      return {
        tools: namesOf(JSON.parse(await inSession('tools-list'))),
        customer: compact(await inSession('tools-call', 'get_customer', 'id:=c1')),
        deletion: await inSession('tools-call', 'delete_customer', 'id:=c1').catch(shown),
      }
    } finally {
      await node([MCPC, 'close', session, '--json']).catch(() => {})
    }
  },
}

/** For clients that speak only stdio: a bridge, which the SDK starts as such a client would. */
const mcpRemote: MatrixClient = {
  name: 'mcp-remote',
  async visit(url, key) {
    const client = new Client({ name: 'matrix', version: '1.0.0' })
    const transport = new StdioClientTransport({
      command: newerNode(),
      args: [clientFile('mcp-remote/dist/proxy.js'), url, '--header', bearer(key)],
      env: { PATH: process.env.PATH!, HOME },
      stderr: 'ignore',
    })
    await client.connect(transport, { timeout: 20_000 })
    return visitWith(client as Callable)
  },
}

/** A library, in a program that says what it got in one line. */
const library = (name: string, driver: string, env: Record<string, string> = {}): MatrixClient => ({
  name,
  async visit(url, key) {
    const printed = await node([path.join(CLIENTS, 'drivers', driver)], { MCP_URL: url, MCP_KEY: key, ...env })
    return JSON.parse(printed) as Visit
  },
})

export const OTHER_CLIENTS: readonly MatrixClient[] = [
  inspector,
  mcpRemote,
  mcporter,
  mcpc,
  library('AI SDK', 'ai-sdk.mjs'),
  library('AI SDK, stateless where the server is', 'ai-sdk.mjs', { MCP_STATELESS: 'yes' }),
  library('LangChain adapters', 'langchain.mjs'),
]
