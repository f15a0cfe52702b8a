import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type MatrixClient, shown, type Visit } from './visit'

/** As much of either generation as a visit needs. */
export interface Callable {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
  close(): Promise<void>
}

export async function visitWith(client: Callable): Promise<Visit> {
  try {
    const call = (name: string) => client.callTool({ name, arguments: { id: 'c1' } })
    return {
      tools: (await client.listTools()).tools.map(({ name }) => name),
      customer: JSON.stringify(await call('get_customer')),
      deletion: await call('delete_customer').then(shown, shown),
    }
  } finally {
    await client.close()
  }
}

const IMPLEMENTATION = { name: 'matrix', version: '1.0.0' }
const bearer = (key: string) => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } })

const firstGeneration: MatrixClient = {
  name: 'SDK v1',
  async visit(url, key) {
    const client = new Client(IMPLEMENTATION)
    const Transport = url.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport
    await client.connect(new Transport(new URL(url), bearer(key)))
    return visitWith(client as Callable)
  },
}

type Negotiation = 'legacy' | 'auto' | { pin: string }

const secondGeneration = (name: string, mode: Negotiation): MatrixClient => ({
  name: `SDK v2, ${name}`,
  async visit(url, key) {
    const client = new ClientV2(IMPLEMENTATION, { versionNegotiation: { mode } })
    await client.connect(new TransportV2(new URL(url), bearer(key)))
    return visitWith(client as Callable)
  },
})

export const SDK_CLIENTS: readonly MatrixClient[] = [
  firstGeneration,
  secondGeneration('legacy era', 'legacy'),
  secondGeneration('modern era', { pin: '2026-07-28' }),
  secondGeneration('whichever era the server has', 'auto'),
]
