import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { CANARY } from '../support/upstreams'
import { newMark } from './marks'

/** Answers in one JSON body, or in events with progress and questions of its own between. */
export type Manner = 'json' | 'sse'

export interface TalkativeUpstream {
  url: string
  /** Every body as its bytes arrived, whole or broken off. */
  takeReceived(): string[]
  openSockets(): number
  close(): Promise<void>
}

interface Rpc {
  id?: string | number
  method?: string
  params?: { name?: string; arguments?: { mark?: string }; _meta?: { progressToken?: string | number } }
}

const PROGRESS_MS = 12
const LOG_MS = 25

/**
 * An MCP server that outlives the gateways before it and speaks a lot: calls that are answered at once, after a while or
 * never, progress, log notifications, questions to the client. Each message it sends has a mark of its own.
 */
export async function startTalkativeUpstream(manner: Manner, random: () => number): Promise<TalkativeUpstream> {
  const sessions = new Set<string>()
  const sockets = new Set<Socket>()
  let received: { text: string }[] = []
  let asked = 0

  const server = createServer(async (request, response) => {
    response.on('error', () => {})
    const body = { text: '' }
    if (request.method === 'POST') received.push(body)
    request.setEncoding('utf8')
    try {
      for await (const chunk of request as AsyncIterable<string>) body.text += chunk
    } catch {
      return
    }
    answer(request, response, body.text)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  function answer(request: IncomingMessage, response: ServerResponse, text: string): unknown {
    const session = request.headers['mcp-session-id']
    if (typeof session === 'string' && !sessions.has(session)) return response.writeHead(404).end()
    if (request.method === 'GET') return speakUnasked(response)
    if (request.method === 'DELETE') {
      sessions.delete(String(session))
      return response.writeHead(200).end()
    }
    const parsed = JSON.parse(text) as Rpc | Rpc[]
    const messages = Array.isArray(parsed) ? parsed : [parsed]
    const requests = messages.filter(({ id, method }) => id !== undefined && method !== undefined)
    if (requests.length === 0) return response.writeHead(202).end()
    const headers: Record<string, string> = {}
    if (requests.some(({ method }) => method === 'initialize')) {
      const id = randomUUID()
      sessions.add(id)
      headers['mcp-session-id'] = id
    }
    if (manner === 'json') return answerInJson(response, headers, requests, Array.isArray(parsed))
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    let open = requests.length
    for (const one of requests) answerInEvents(response, one, () => --open === 0 && response.end())
  }

  function answerInJson(response: ServerResponse, headers: object, requests: Rpc[], batch: boolean): void {
    const waits = requests.map(waitFor)
    if (waits.includes(null)) return
    setTimeout(
      () => {
        const answers = requests.map((one) => JSON.stringify({ jsonrpc: '2.0', id: one.id, result: resultOf(one) }))
        response.writeHead(200, { ...headers, 'content-type': 'application/json' })
        response.end(batch ? `[${answers.join(',')}]` : answers[0])
      },
      Math.max(...(waits as number[])),
    )
  }

  function answerInEvents(response: ServerResponse, one: Rpc, answered: () => void): void {
    const event = (message: object) => response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
    const waitMs = waitFor(one)
    const progressToken = one.params?._meta?.progressToken
    let progress = 0
    const speaking = setInterval(() => {
      if (progressToken === undefined) return
      progress += 1
      const params = { progressToken, progress, message: `${newMark()} reading ${CANARY.email}` }
      event({ jsonrpc: '2.0', method: 'notifications/progress', params })
      if (progress === 2 && waitMs !== null) event(question())
    }, PROGRESS_MS)
    response.on('close', () => clearInterval(speaking))
    if (waitMs === null) return
    setTimeout(() => {
      clearInterval(speaking)
      event({ jsonrpc: '2.0', id: one.id, result: resultOf(one) })
      answered()
    }, waitMs)
  }

  /** The standalone stream. */
  function speakUnasked(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    let said = 0
    const speaking = setInterval(() => {
      const data = `${newMark()} about ${CANARY.email}`
      const message = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } }
      response.write(`data: ${JSON.stringify(++said % 4 === 0 ? question() : message)}\n\n`)
    }, LOG_MS)
    response.on('close', () => clearInterval(speaking))
  }

  const question = () => ({
    jsonrpc: '2.0',
    // No random digits: what looks like a number of somebody is masked in the record.
    id: `q-${++asked}`,
    method: 'sampling/createMessage',
    params: {
      messages: [{ role: 'user', content: { type: 'text', text: `${newMark()} for ${CANARY.email}` } }],
      maxTokens: 10,
    },
  })

  /** Null for a call that is never answered. */
  function waitFor({ params }: Rpc): number | null {
    if (params?.name === 'stuck') return null
    return params?.name === 'slow' ? 20 + random() * 150 : 0
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    takeReceived() {
      const taken = received.map(({ text }) => text)
      received = []
      return taken
    },
    openSockets: () => sockets.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function resultOf({ method, params }: Rpc): object {
  const mark = newMark()
  switch (method) {
    case 'initialize':
      return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: mark, version: '1' } }
    case 'tools/list': {
      const names = ['quick', 'slow', 'stuck', 'forbidden']
      return { tools: names.map((name) => ({ name, description: newMark(), inputSchema: { type: 'object' } })) }
    }
    case 'ping':
      return { _meta: { mark } }
    default:
      return { content: [{ type: 'text', text: `${mark} answers ${params?.arguments?.mark} for ${CANARY.email}` }] }
  }
}
