import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http'
import { marksIn, newMark } from './marks'

/** What came down one response, as far as it came. */
export interface Heard {
  text: string
  isStream: boolean
  /** The response ended as it should. */
  whole: boolean
}

export interface Reply extends Heard {
  status: number
  headers: IncomingHttpHeaders
}

interface Rpc {
  id?: string | number
  method?: string
  result?: { content?: { text: string }[] }
  error?: { data?: { reason?: string } }
}

const MODERN = '2026-07-28'

/** One conversation over plain HTTP, so that every byte that arrived is known, of answers that break off as well. */
export class TalkativeClient {
  private readonly agent = new Agent({ keepAlive: true })
  private sessionId: string | null = null
  private lastId = 0
  private heard: Heard[] = []
  /** What no client should see: somebody else's answer, a session that is gone, a raw value. */
  readonly complaints: string[] = []
  /** Answers to the server's questions that are on their way. */
  answering = 0

  constructor(
    private readonly slug: string,
    private readonly key: string,
  ) {}

  takeHeard(): Heard[] {
    const taken = this.heard
    this.heard = []
    return taken
  }

  hasSession = (): boolean => this.sessionId !== null

  /** False when the connection broke, as in all that follow. */
  async open(url: string): Promise<boolean> {
    const clientInfo = { name: newMark(), version: '1' }
    const params = { protocolVersion: '2025-06-18', capabilities: { sampling: {} }, clientInfo }
    const reply = await this.post(url, this.question('initialize', params))
    const id = reply?.headers['mcp-session-id']
    if (!this.isAnswered(reply, [])) return false
    if (typeof id !== 'string') return true
    this.sessionId = id
    return this.notify(url, 'notifications/initialized', {})
  }

  async close(url: string): Promise<boolean> {
    const reply = await this.exchange(url, 'DELETE', {}, null)
    this.sessionId = null
    return reply !== null
  }

  async call(url: string, tool: string, ...more: string[]): Promise<boolean> {
    const marks = [tool, ...more].map(() => newMark())
    const calls = [tool, ...more].map((name, i) => {
      const progressToken = ++this.lastId
      return this.question('tools/call', { name, arguments: { mark: marks[i] }, _meta: { progressToken } })
    })
    const reply = await this.post(url, calls.length === 1 ? calls[0]! : `[${calls.join(',')}]`)
    return this.isAnswered(reply, tool === 'forbidden' ? [] : marks)
  }

  /** Without a session, as 2026-07-28 has it. `leaveAfterMs`: the client goes away, which cancels the call. */
  async callModern(url: string, tool: string, leaveAfterMs: number | null): Promise<boolean> {
    const mark = newMark()
    const progressToken = ++this.lastId
    const meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' },
      progressToken,
    }
    const body = this.question('tools/call', { name: tool, arguments: { mark }, _meta: meta })
    const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': tool }
    const reply = await this.exchange(url, 'POST', headers, body, leaveAfterMs)
    return leaveAfterMs === null ? this.isAnswered(reply, [mark]) : reply !== null
  }

  async list(url: string): Promise<boolean> {
    const reply = await this.post(url, this.question('tools/list', { cursor: newMark() }))
    if (reply?.text.includes('"forbidden"')) this.complaints.push('the list shows a tool that is not granted')
    return this.isAnswered(reply, [])
  }

  async ping(url: string): Promise<boolean> {
    return this.isAnswered(await this.post(url, this.question('ping', { _meta: { mark: newMark() } })), [])
  }

  async notify(url: string, method: string, params: object): Promise<boolean> {
    const message = { jsonrpc: '2.0', method, params: { ...params, _meta: { mark: newMark() } } }
    return this.isAnswered(await this.post(url, JSON.stringify(message)), [])
  }

  /** The stream on which the server speaks unasked, until it breaks. */
  async listen(url: string): Promise<boolean> {
    await this.exchange(url, 'GET', {}, null)
    return false
  }

  destroy(): void {
    this.agent.destroy()
  }

  private question(method: string, params: object): string {
    return JSON.stringify({ jsonrpc: '2.0', id: ++this.lastId, method, params })
  }

  private isAnswered(reply: Reply | null, marks: readonly string[]): boolean {
    if (!reply?.whole) return false
    // Under a load that two cores cannot carry, a refusal for want of time is right.
    if (reply.status === 503) return true
    if (reply.status >= 300) this.complaints.push(`${reply.status} ${reply.text.slice(0, 300)}`)
    const said = new Set(marksIn(reply.text))
    for (const mark of marks)
      if (!said.has(mark)) this.complaints.push(`no answer to ${mark} in ${reply.text.slice(-300)}`)
    return true
  }

  private post(url: string, body: string): Promise<Reply | null> {
    return this.exchange(url, 'POST', {}, body)
  }

  /** Null when no answer began, or when the client left. */
  private exchange(
    url: string,
    method: 'POST' | 'GET' | 'DELETE',
    more: Record<string, string>,
    body: string | null,
    leaveAfterMs: number | null = null,
  ): Promise<Reply | null> {
    const headers: Record<string, string | number> = {
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      authorization: `Bearer ${this.key}`,
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(this.sessionId === null || more['mcp-protocol-version'] ? {} : { 'mcp-session-id': this.sessionId }),
      ...more,
    }
    return new Promise((resolve) => {
      const sent: ClientRequest = request(`${url}/${this.slug}/mcp`, { method, headers, agent: this.agent })
      let left = false
      const leaving =
        leaveAfterMs === null
          ? undefined
          : setTimeout(() => {
              left = true
              sent.destroy()
            }, leaveAfterMs)
      sent.on('error', () => resolve(left ? { status: 0, headers: {}, text: '', isStream: false, whole: false } : null))
      sent.on('response', (response) => {
        const isStream = response.headers['content-type'] === 'text/event-stream'
        const reply: Reply = {
          status: response.statusCode!,
          headers: response.headers,
          text: '',
          isStream,
          whole: false,
        }
        this.heard.push(reply)
        let read = 0
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          reply.text += chunk
          if (isStream) read = this.hearEvents(url, reply.text, read)
        })
        response.on('error', () => {})
        response.on('end', () => {
          reply.whole = response.complete
        })
        response.on('close', () => {
          clearTimeout(leaving)
          resolve(reply)
        })
      })
      sent.end(body)
    })
  }

  /** Answers what the server asks. Returns up to where the text was read. */
  private hearEvents(url: string, text: string, from: number): number {
    let read = from
    for (;;) {
      const end = text.indexOf('\n\n', read)
      if (end === -1) return read
      const data = dataOf(text.slice(read, end))
      read = end + 2
      if (data === null) continue
      const { id, method } = JSON.parse(data) as Rpc
      if (method === undefined || id === undefined) continue
      const content = { type: 'text', text: newMark() }
      const answer = { jsonrpc: '2.0', id, result: { role: 'assistant', model: 'none', content } }
      this.answering += 1
      void this.post(url, JSON.stringify(answer)).finally(() => {
        this.answering -= 1
      })
    }
  }
}

const dataOf = (event: string): string | null => /^data: (.*)$/m.exec(event)?.[1] ?? null

/** The messages that a client could read of a response: those that came whole. */
export function messagesOf({ text, isStream, whole }: Heard): string[] {
  if (!isStream) return whole && text !== '' ? [text] : []
  const ended = text.slice(0, text.lastIndexOf('\n\n') + 2)
  return [...ended.matchAll(/^data: (.*)$/gm)].map((match) => match[1]!)
}
