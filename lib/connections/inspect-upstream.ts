import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport, SseError } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { ForbiddenAddress } from '@/lib/egress'
import { guardedFetch } from '@/lib/guarded-fetch'
import type { ToolDefinition } from '@/lib/mcp/tools'
import { NoToken, requestToken } from './client-credentials'
import type { Credential } from './credential-input'
import { EchoFilter, secretsOfHeader } from './echo'
import { assertionValue } from './identity-assertion'
import { openedProcess } from './opened-process'
import type { ProcessTarget } from './process-input'
import { ProcessTransport } from './process-transport'
import { staticHeader } from './stored-credential'
import type { AddressTarget, UpstreamTarget } from './upstream-target'

const TIMEOUT_MS = 10_000
const MAX_PAGES = 100
const MAX_TOOLS = 5_000

/** What an MCP server said when asked, or one line on why it could not be asked. Never its own words: they may echo. */
export type UpstreamInspection =
  | {
      reachable: true
      serverName: string
      serverVersion: string
      tools: ToolDefinition[]
      /** Null when there is no credential to leave out. */
      answersWithoutCredential: boolean | null
    }
  | {
      reachable: false
      problem: string
      /** What a process logged last, masked. */
      log?: string
    }

/** `mask` is laid over what a process logs. */
export async function inspectUpstream(
  target: UpstreamTarget,
  mask: (text: string) => string,
  timeoutMs = TIMEOUT_MS,
): Promise<UpstreamInspection> {
  if (target.transport === 'stdio') return inspectProcess(target, mask)
  try {
    const headers = await headersFor(target)
    const [answer, withoutCredential] = await Promise.all([
      listTools(target, headers, timeoutMs),
      target.credential === null ? null : answers(target, timeoutMs),
    ])
    const echo = new EchoFilter([...Object.values(headers).flatMap(secretsOfHeader), ...secretsIn(target.credential)])
    return { reachable: true, ...withoutEcho(answer, echo), answersWithoutCredential: withoutCredential }
  } catch (error) {
    if (error instanceof NoToken) return { reachable: false, problem: error.message }
    return { reachable: false, problem: describeProblem(error, target) }
  }
}

interface Answer {
  serverName: string
  serverVersion: string
  tools: ToolDefinition[]
}

/** A server may quote its caller in what it says about itself, and that is kept. */
const withoutEcho = (answer: Answer, echo: EchoFilter): Answer => {
  const said = JSON.stringify(answer)
  const clean = echo.clean(said)
  return clean === said ? answer : (JSON.parse(clean) as Answer)
}

const secretsIn = (credential: Credential | null): string[] =>
  credential === null || credential.kind === 'header'
    ? []
    : [credential.kind === 'basic' ? credential.password : credential.clientSecret]

const PROCESS_MS = 30_000
const MAX_PROCESSES = 4
let processes = 0

async function inspectProcess(target: ProcessTarget, mask: (text: string) => string): Promise<UpstreamInspection> {
  if (processes >= MAX_PROCESSES) {
    return { reachable: false, problem: 'Too many servers are being tested at once. Try again shortly.' }
  }
  processes++
  const { command, echo } = openedProcess(target)
  const transport = new ProcessTransport(command, (text) => mask(echo.clean(text)))
  try {
    const answer = await askForTools(transport, AbortSignal.timeout(PROCESS_MS), PROCESS_MS)
    return { reachable: true, ...withoutEcho(answer, echo), answersWithoutCredential: null }
  } catch (error) {
    const code = error instanceof McpError && error.code !== ErrorCode.RequestTimeout ? error.code : null
    const said =
      code === null || code === ErrorCode.ConnectionClosed
        ? 'It did not answer in time.'
        : `It answered with MCP error ${code}.`
    return { reachable: false, problem: transport.ending ?? said, log: transport.log }
  } finally {
    processes--
  }
}

const answers = (target: AddressTarget, timeoutMs: number): Promise<boolean> =>
  listTools(target, {}, timeoutMs).then(
    () => true,
    () => false,
  )

// Loose, so that the digest covers what the gateway will see: every member, also those this SDK does not know.
const ToolsPage = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string().min(1).max(500) })),
  nextCursor: z.string().optional(),
})

/** What the server is shown. A token is asked for anew: whether that works is a part of the test. @throws NoToken */
async function headersFor({ credential, assertion }: AddressTarget): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (credential?.kind === 'oauth') headers.Authorization = `Bearer ${(await requestToken(credential)).value}`
  else if (credential !== null) Object.assign(headers, staticHeader(credential))
  if (assertion !== null) headers[assertion.header] = assertionValue(assertion.header, await assertion.sign())
  return headers
}

async function listTools(target: AddressTarget, headers: Record<string, string>, timeoutMs: number) {
  const signal = AbortSignal.timeout(timeoutMs)
  const line = new GuardedLine(signal)
  const transport = transportTo(target, headers, line)
  try {
    return await askForTools(transport, signal, timeoutMs)
  } catch (error) {
    // Of what went wrong below it, the SDK's event source keeps only a text.
    throw line.fault ?? error
  }
}

/** Some servers offer tools only to clients that could be asked something. Those have to be known as well; nothing is answered. */
const ANY_CLIENT = { sampling: {}, elicitation: {}, roots: {} }

async function askForTools(transport: Transport, signal: AbortSignal, timeoutMs: number) {
  const client = new Client({ name: 'countersign', version: '0.1.0' }, { capabilities: ANY_CLIENT })
  try {
    await client.connect(transport, { timeout: timeoutMs, signal })
    const tools: ToolDefinition[] = []
    let cursor: string | undefined
    for (let page = 0; page < MAX_PAGES && tools.length < MAX_TOOLS; page++) {
      const params = cursor === undefined ? {} : { cursor }
      const answer = await client.request({ method: 'tools/list', params }, ToolsPage, { timeout: timeoutMs, signal })
      tools.push(...(answer.tools as ToolDefinition[]))
      cursor = answer.nextCursor
      if (cursor === undefined) break
    }
    const server = client.getServerVersion()
    return {
      serverName: String(server?.name ?? '').slice(0, 200),
      serverVersion: String(server?.version ?? '').slice(0, 100),
      // Of two tools with one name the first counts, as for the gateway's lists.
      tools: [...new Map([...tools].reverse().map((tool) => [tool.name, tool])).values()].reverse(),
    }
  } finally {
    if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession().catch(() => {})
    await client.close().catch(() => {})
  }
}

function transportTo({ transport, url }: AddressTarget, headers: Record<string, string>, line: GuardedLine) {
  const requestInit = { headers }
  if (transport === 'sse') return new SSEClientTransport(new URL(url), { requestInit, fetch: line.fetch })
  const fetch: GuardedLine['fetch'] = async (input, init) => {
    // The standing stream carries nothing this asks for.
    if (init?.method === 'GET') return new Response(null, { status: 405 })
    return line.fetch(input, init)
  }
  return new StreamableHTTPClientTransport(new URL(url), { requestInit, fetch })
}

/** Every request of one inspection: to addresses that may be asked, until its time is over. */
class GuardedLine {
  /** What first went wrong. */
  fault: unknown
  constructor(private readonly signal: AbortSignal) {}

  readonly fetch = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    try {
      const signal = AbortSignal.any([this.signal, ...(init?.signal ? [init.signal] : [])])
      return await guardedFetch(input, { ...init, signal })
    } catch (error) {
      this.fault ??= error
      throw error
    }
  }
}

function describeProblem(error: unknown, { transport, url, credential }: AddressTarget): string {
  const { host } = new URL(url)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddress) return `${host} is a link-local or metadata address, which is refused.`
    if ((cause instanceof StreamableHTTPError || cause instanceof SseError) && cause.code !== undefined)
      return describeStatus(cause.code, credential)
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return `${host} did not answer in time.`
    if (cause instanceof McpError && cause.code !== -32001) return `${host} answered with MCP error ${cause.code}.`
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED') return `Nothing listens on ${host}.`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${host} has no address.`
    if (typeof code === 'string' && /CERT|TLS|SSL/.test(code))
      return `The certificate of ${host} is not accepted (${code}).`
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `The connection to ${host} failed (${code}).`
  }
  if (error instanceof McpError) return `${host} did not answer in time.`
  const spoken = transport === 'sse' ? 'HTTP+SSE' : 'Streamable HTTP'
  return `${host} does not answer as an MCP server over ${spoken}.`
}

function describeStatus(status: number, credential: AddressTarget['credential']): string {
  if (status === 401 || status === 403) {
    return credential === null
      ? `It asks for a credential (HTTP ${status}).`
      : `It refuses the credential (HTTP ${status}).`
  }
  if (status >= 300 && status < 400) return 'It redirects elsewhere. Enter the final address.'
  if (status === 404 || status === 405) return `It answered HTTP ${status}: is the path right?`
  return status < 0 ? 'It does not answer as an MCP server.' : `It answered HTTP ${status}.`
}
