import { createMCPClient } from '@ai-sdk/mcp'
import { asked, say, shown } from './exchange.mjs'

const { url, type, headers, stateless } = asked()
const client = await createMCPClient({ transport: { type, url, headers }, protocolVersionDiscovery: stateless })
const tools = await client.tools()
const run = (name) => client.callTool({ name, arguments: { id: 'c1' } })
say({
  tools: Object.keys(tools),
  customer: JSON.stringify(await tools.get_customer.execute({ id: 'c1' }, { toolCallId: 'one', messages: [] })),
  deletion: await run('delete_customer').then(shown, shown),
})
await client.close()
