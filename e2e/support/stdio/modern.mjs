import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

// A server of both eras, on the second generation of the SDK.
serveStdio(() => {
  const server = new McpServer(
    { name: 'modern', version: '2' },
    { capabilities: { tools: { listChanged: true }, logging: {} } },
  )
  server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, ({ message }) => ({
    content: [{ type: 'text', text: `${process.pid} ${message}` }],
  }))
  server.registerTool('wait', { inputSchema: z.object({}) }, async (_args, { mcpReq }) => {
    const { signal } = mcpReq
    await new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', resolve)))
    process.stderr.write('was cancelled\n')
    return { content: [] }
  })
  server.registerTool('change', { inputSchema: z.object({}) }, () => {
    server.sendToolListChanged()
    return { content: [] }
  })
  return server
})
