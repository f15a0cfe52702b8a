import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { startRawUpstream } from './upstreams'

interface Message {
  id?: string | number
  method?: string
  params?: { name?: string; arguments?: { method?: string; params?: object; id?: string | number } }
  result?: unknown
  error?: unknown
}

/**
 * A server that asks whatever it is told to, without looking at what its client can do. Its tool `ask` asks on the stream of
 * the call and answers with what it heard; `askOnStream` asks on the standalone stream. Sessions as of 2025-03-26.
 */
export async function startAskingServer() {
  const waiting = new Map<string, (answer: Message) => void>()
  const streams = new Map<string, ServerResponse>()
  const answers: Message[] = []
  let asked = 0

  const upstream = await startRawUpstream((request, response, body) => {
    const sessionId = request.headers['mcp-session-id'] as string | undefined
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      streams.set(sessionId ?? '', response)
      return
    }
    if (request.method !== 'POST') return response.writeHead(405).end()
    const message = JSON.parse(body) as Message
    if (message.method === undefined) {
      answers.push(message)
      waiting.get(`${sessionId} ${JSON.stringify(message.id)}`)?.(message)
      return response.writeHead(202).end()
    }
    if (message.id === undefined) return response.writeHead(202).end()
    if (message.method === 'initialize') {
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'asking', version: '1' } }
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': randomUUID() })
      return response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
    }
    const { method = 'ping', params = {}, id: chosen } = message.params?.arguments ?? {}
    const id = chosen ?? `q${++asked}`
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    waiting.set(`${sessionId} ${JSON.stringify(id)}`, ({ result, error }) => {
      const text = JSON.stringify(error === undefined ? { result } : { error })
      response.end(event({ id: message.id, result: { content: [{ type: 'text', text }] } }))
    })
    response.write(event({ id, method, params }))
  })
  return {
    ...upstream,
    /** Every answer that reached it, in order. */
    answers,
    hasStream: (sessionId: string) => streams.has(sessionId),
    askOnStream(sessionId: string, id: string | number, method: string, params: object = {}) {
      streams.get(sessionId)!.write(event({ id, method, params }))
    },
  }
}

const event = (message: object): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
