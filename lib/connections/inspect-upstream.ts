import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { ForbiddenAddress } from '@/lib/egress'
import { guardedFetch } from '@/lib/guarded-fetch'
import type { ToolDefinition } from '@/lib/mcp/tools'
import type { UpstreamTarget } from './target'

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
  | { reachable: false; problem: string }

export async function inspectUpstream(target: UpstreamTarget, timeoutMs = TIMEOUT_MS): Promise<UpstreamInspection> {
  try {
    const [answer, withoutCredential] = await Promise.all([
      listTools(target, timeoutMs),
      target.credential === null ? null : answers({ ...target, credential: null }, timeoutMs),
    ])
    return { reachable: true, ...answer, answersWithoutCredential: withoutCredential }
  } catch (error) {
    return { reachable: false, problem: describeProblem(error, target) }
  }
}

const answers = (target: UpstreamTarget, timeoutMs: number): Promise<boolean> =>
  listTools(target, timeoutMs).then(
    () => true,
    () => false,
  )

// Loose, so that the digest covers what the gateway will see: every member, also those this SDK does not know.
const ToolsPage = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string().min(1).max(500) })),
  nextCursor: z.string().optional(),
})

async function listTools({ url, credential }: UpstreamTarget, timeoutMs: number) {
  const signal = AbortSignal.timeout(timeoutMs)
  const headers: Record<string, string> = credential === null ? {} : { [credential.header]: credential.value }
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: async (input, init) => {
      // The standing stream carries nothing this asks for.
      if (init?.method === 'GET') return new Response(null, { status: 405 })
      return guardedFetch(input, {
        ...init,
        signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]),
      })
    },
  })
  const client = new Client({ name: 'countersign', version: '0.1.0' })
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
    await transport.terminateSession().catch(() => {})
    await client.close().catch(() => {})
  }
}

function describeProblem(error: unknown, { url, credential }: UpstreamTarget): string {
  const { host } = new URL(url)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddress) return `${host} is a link-local or metadata address, which is refused.`
    if (cause instanceof StreamableHTTPError && cause.code !== undefined) return describeStatus(cause.code, credential)
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
  return `${host} does not answer as an MCP server over Streamable HTTP.`
}

function describeStatus(status: number, credential: UpstreamTarget['credential']): string {
  if (status === 401 || status === 403) {
    return credential === null
      ? `It asks for a credential (HTTP ${status}).`
      : `It refuses the credential (HTTP ${status}).`
  }
  if (status >= 300 && status < 400) return 'It redirects elsewhere. Enter the final address.'
  if (status === 404 || status === 405) return `It answered HTTP ${status}: is the path right?`
  return status < 0 ? 'It does not answer as an MCP server.' : `It answered HTTP ${status}.`
}
