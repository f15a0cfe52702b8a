import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { connectSnippets } from '@/components/connections/snippets'
import { clientFile, newerNode, run } from '@/e2e/matrix/node'
import { HOME, INSPECTOR } from '@/e2e/matrix/other-clients'
import { enterMatrix, type Matrix, type Server } from '@/e2e/matrix/world'

let matrix: Matrix

beforeAll(async () => {
  matrix = await enterMatrix()
})

afterAll(async () => {
  await matrix?.leave()
  fs.rmSync(HOME, { recursive: true, force: true })
})

const shell = (code: string) => run('bash', ['-c', code], { HOME, COUNTERSIGN_KEY: matrix.key })
/** The very command, run by the Inspector that is installed here instead of one that npx would fetch. */
const withInspector = (code: string) =>
  shell(code.replace(/npx (-y )?@modelcontextprotocol\/inspector/, `"${newerNode()}" "${INSPECTOR}"`))

describe.each<[Server, 'http' | 'sse']>([
  ['with sessions', 'http'],
  ['of HTTP+SSE', 'sse'],
])('what people copy to connect to a server %s', (server, transport) => {
  const code = (id: string) => {
    const target = { slug: 'crm', url: matrix.through(server), transport, readTool: 'count' }
    return connectSnippets(target).find((snippet) => snippet.id === id)!.code
  }

  it('connects curl', async () => {
    // A stream does not end by itself: what came in a second is enough.
    const printed = await shell(`${code('curl')} --silent ${transport === 'sse' ? '--max-time 1 || true' : ''}`)
    expect(printed).toMatch(
      transport === 'sse' ? /^event: endpoint\r?\ndata: \S+/ : /"serverInfo":\{"name":"customers"/,
    )
  })

  it('lists with the Inspector', async () => {
    expect(await withInspector(code('inspector'))).toContain('"get_customer"')
  })

  it('calls in CI', async () => {
    const { jobs } = parse(code('ci')) as { jobs: { mcp: { steps: { run?: string }[] } } }
    const line = jobs.mcp.steps.find((step) => step.run !== undefined)!.run!
    expect(await withInspector(line)).toContain('"42"')
  })

  it('is a program that lists', async () => {
    const file = clientFile('.snippets', `${transport}.mjs`)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, `${code('typescript')}\nawait client.close()\n`)
    expect(await run(newerNode(), [file], { COUNTERSIGN_KEY: matrix.key })).toContain("'get_customer'")
  })
})
