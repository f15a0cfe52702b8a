import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js'

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

/** A client of the first SDK generation, as most applications have one. */
export async function connectClient(
  url: string,
  key: string,
  name = 'test-client',
  capabilities: ClientCapabilities = {},
) {
  const client = new Client({ name, version: '1.0.0' }, { capabilities })
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: bearer(key) })
  await client.connect(transport)
  return { client, transport, sessionId: transport.sessionId, close: () => client.close() }
}

/** A client of HTTP+SSE as of 2024-11-05. */
export async function connectSseClient(url: string, key: string, name = 'sse-client') {
  const client = new Client({ name, version: '1.0.0' })
  const transport = new SSEClientTransport(new URL(url), { requestInit: bearer(key) })
  await client.connect(transport)
  return { client, transport, close: () => client.close() }
}

/** A client of the second generation: tries the modern era and falls back. */
export async function connectClientV2(url: string, key: string, mode: 'auto' | 'legacy' = 'auto') {
  const client = new ClientV2({ name: 'test-client-2', version: '2.0.0' }, { versionNegotiation: { mode } })
  const transport = new TransportV2(new URL(url), { requestInit: bearer(key) })
  await client.connect(transport)
  return { client, transport, close: () => client.close() }
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The JSON-RPC answer, from a JSON body or the last event of a stream. */
  json: RpcAnswer | null
}

export interface RpcAnswer {
  id?: string | number | null
  result?: { content?: { text: string }[]; tools?: { name: string }[]; isError?: boolean }
  error?: { code: number; message: string; data?: { reason: string; reference: string; url: string } }
}

/** One POST, byte for byte as given. */
export async function post(
  url: string,
  key: string | null,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: lastJson(text) }
}

function lastJson(text: string): RpcAnswer | null {
  const events = [...text.matchAll(/^data: (.*)$/gm)].map((match) => match[1]!).filter(Boolean)
  try {
    return JSON.parse(events.at(-1) ?? text) as RpcAnswer
  } catch {
    return null
  }
}

export const call = (name: string, args: object = {}, id: string | number = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
})

export const initialize = (name = 'raw-client') => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name, version: '1' } },
})
