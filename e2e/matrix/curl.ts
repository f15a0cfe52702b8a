import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { connectSnippets } from '@/components/connections/snippets'
import { type MatrixClient, shown } from './visit'

const execute = promisify(execFile)

interface Answer {
  result?: { tools?: { name: string }[] }
  error?: { message: string }
}

const MODERN = '2026-07-28'

/** A shell and curl, beginning with the very command that the connection's page shows. */
export const CURL_CLIENTS: readonly MatrixClient[] = [
  {
    name: 'curl, 2025-11-25',
    async visit(url, key) {
      const { code } = connectSnippets({ slug: 'any', url, transport: 'http', readTool: null }).find(
        ({ id }) => id === 'curl',
      )!
      const shell = ['-c', `${code} --silent --show-error --include`]
      const { stdout } = await execute('bash', shell, { env: { ...process.env, COUNTERSIGN_KEY: key } })
      resultOf(answerIn(stdout))
      const session = /^mcp-session-id: *(\S+)/im.exec(stdout)?.[1]
      const headers = ['mcp-protocol-version: 2025-11-25', ...(session ? [`mcp-session-id: ${session}`] : [])]
      return visit((method, params) => post(url, key, headers, { jsonrpc: '2.0', id: 2, method, params }))
    },
  },
  {
    name: 'curl, 2026-07-28',
    visit: (url, key) =>
      visit((method, params) => {
        const headers = [`mcp-protocol-version: ${MODERN}`, `mcp-method: ${method}`]
        if (params.name !== undefined) headers.push(`mcp-name: ${params.name}`)
        const _meta = {
          'io.modelcontextprotocol/protocolVersion': MODERN,
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1' },
        }
        return post(url, key, headers, { jsonrpc: '2.0', id: 2, method, params: { ...params, _meta } })
      }),
  },
]

type Ask = (method: string, params: { name?: string; arguments?: object }) => Promise<Answer>

async function visit(ask: Ask) {
  const call = (name: string) => ask('tools/call', { name, arguments: { id: 'c1' } })
  const { tools } = resultOf(await ask('tools/list', {}))
  return {
    tools: tools!.map(({ name }) => name),
    customer: JSON.stringify(resultOf(await call('get_customer'))),
    deletion: shown(await call('delete_customer')),
  }
}

async function post(url: string, key: string, headers: readonly string[], body: object): Promise<Answer> {
  const sent = [
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    ...headers,
  ]
  const { stdout } = await execute('curl', [
    '--silent',
    '--show-error',
    ...sent.flatMap((header) => ['--header', header]),
    '--data',
    JSON.stringify(body),
    url,
  ])
  return answerIn(stdout)
}

/** Of a JSON body, or of the last event of a stream; headers may stand before it. */
function answerIn(printed: string): Answer {
  const body = printed.slice(printed.lastIndexOf('\r\n\r\n') + 1)
  const events = [...body.matchAll(/^data: (\{.*)$/gm)].map((match) => match[1]!)
  return JSON.parse(events.at(-1) ?? body) as Answer
}

function resultOf({ result, error }: Answer): NonNullable<Answer['result']> {
  if (result === undefined) throw new Error(error?.message ?? 'no result')
  return result
}
