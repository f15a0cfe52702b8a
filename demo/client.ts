import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type CallToolResult, CallToolResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js'

export interface ClientName {
  name: string
  version: string
}

export interface Connected {
  client: Client
  transport: StreamableHTTPClientTransport
}

/** An ordinary MCP client, as anybody's agent would use it: the gateway's URL and a service key. */
export async function connectThrough(
  gatewayUrl: string,
  connection: string,
  key: string,
  clientName: ClientName,
): Promise<Connected> {
  const transport = new StreamableHTTPClientTransport(new URL(`${gatewayUrl}/${connection}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  })
  const client = new Client(clientName)
  await client.connect(transport)
  return { client, transport }
}

export type CallOutcome =
  | { kind: 'answered'; result: CallToolResult }
  | { kind: 'refused'; message: string; refusal: Refusal }
  /** The server itself said no, or the network did. */
  | { kind: 'failed'; message: string }

export interface Refusal {
  reason: string
  reference?: string
  url?: string
}

export function readRefusal(data: unknown): Refusal | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { reason, reference, url } = data as Record<string, unknown>
  if (typeof reason !== 'string') return undefined
  return {
    reason,
    ...(typeof reference === 'string' && { reference }),
    ...(typeof url === 'string' && { url }),
  }
}

/** A refusal that came as an HTTP status carries the JSON-RPC error in the text of the SDK's error. */
function refusalInText(message: string): { message: string; refusal: Refusal } | undefined {
  const start = message.indexOf('{')
  if (start < 0) return undefined
  try {
    const { error } = JSON.parse(message.slice(start)) as { error?: { message?: string; data?: unknown } }
    const refusal = readRefusal(error?.data)
    return refusal && { message: error?.message ?? refusal.reason, refusal }
  } catch {
    return undefined
  }
}

export function outcomeOfError(error: unknown): CallOutcome {
  const message = error instanceof Error ? error.message : String(error)
  const refusal = error instanceof McpError ? readRefusal(error.data) : undefined
  if (refusal) return { kind: 'refused', message: message.replace(/^MCP error -?\d+: /, ''), refusal }
  const told = refusalInText(message)
  return told ? { kind: 'refused', ...told } : { kind: 'failed', message }
}

/** @param justification what the caller says to whoever may have to approve the call */
export async function callTool(
  client: Client,
  tool: string,
  args: Record<string, unknown>,
  justification?: string,
): Promise<CallOutcome> {
  try {
    // The SDK also checks the structured result against the tool's schema, if it has listed the tools.
    const result = CallToolResultSchema.parse(
      await client.callTool({
        name: tool,
        arguments: args,
        ...(justification !== undefined && { _meta: { 'countersign/justification': justification } }),
      }),
    )
    const refusal = readRefusal(result._meta?.['countersign/refusal'])
    const text = textOf(result)
    if (refusal) return { kind: 'refused', message: text, refusal }
    return result.isError ? { kind: 'failed', message: text } : { kind: 'answered', result }
  } catch (error) {
    return outcomeOfError(error)
  }
}

export const textOf = (result: CallToolResult): string =>
  result.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
