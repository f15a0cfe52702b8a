import { MultiServerMCPClient } from '@langchain/mcp-adapters'
import { asked, say, shown } from './exchange.mjs'

const { url, type, headers } = asked()
const adapters = new MultiServerMCPClient({ mcpServers: { server: { transport: type, url, headers } } })
const tools = await adapters.getTools()
const tool = (name) => tools.find((one) => one.name === name)
const client = await adapters.getClient('server')
say({
  tools: tools.map(({ name }) => name),
  customer: JSON.stringify(await tool('get_customer').invoke({ id: 'c1' })),
  // The adapters make tools of what the list shows, so a tool that is not granted cannot even be named through them.
  deletion: await client.callTool({ name: 'delete_customer', arguments: { id: 'c1' } }).then(shown, shown),
})
await adapters.close()
