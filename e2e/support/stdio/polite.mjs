import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

// As most servers are written: the first generation of the SDK, and gone when stdin ends.
const server = new McpServer({ name: 'polite', version: '1' })
server.registerTool('hello', { annotations: { readOnlyHint: true } }, () => ({
  content: [{ type: 'text', text: `hello from ${process.pid}` }],
}))
await server.connect(new StdioServerTransport())
process.stdin.on('end', () => process.exit(0))
