import { randomUUID } from 'node:crypto'
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CANARY, startRawUpstream } from './upstreams'

/** Tasks as a server has them that tells callers apart by their credential: the gateway's callers are one to it. */
class SharedTasks extends InMemoryTaskStore {
  override getTask(taskId: string) {
    return super.getTask(taskId)
  }
  override listTasks(cursor?: string) {
    return super.listTasks(cursor)
  }
  override storeTaskResult(...[taskId, status, result]: Parameters<InMemoryTaskStore['storeTaskResult']>) {
    return super.storeTaskResult(taskId, status, result)
  }
  override getTaskResult(taskId: string) {
    return super.getTaskResult(taskId)
  }
  override updateTaskStatus(...[taskId, status, message]: Parameters<InMemoryTaskStore['updateTaskStatus']>) {
    return super.updateTaskStatus(taskId, status, message)
  }
  override createTask(...[params, requestId, request]: Parameters<InMemoryTaskStore['createTask']>) {
    return super.createTask(params, requestId, request)
  }
}

/** A server on the SDK whose tools `export` and `purge` run as tasks (2025-11-25) until they are told to finish. */
export async function startTaskServer() {
  const taskStore = new SharedTasks()
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const servers: McpServer[] = []
  const connect = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    const server = new McpServer(
      { name: 'tasks', version: '1' },
      { capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }, taskStore },
    )
    for (const name of ['export', 'purge']) {
      server.experimental.tasks.registerToolTask(
        name,
        { description: 'Takes its time', execution: { taskSupport: 'optional' } },
        {
          createTask: async (extra) => ({ task: await extra.taskStore.createTask({ ttl: 60_000, pollInterval: 20 }) }),
          getTask: (extra) => extra.taskStore.getTask(extra.taskId),
          getTaskResult: async (extra) => (await extra.taskStore.getTaskResult(extra.taskId)) as { content: [] },
        },
      )
    }
    servers.push(server)
    await server.connect(transport)
    return transport
  }
  const upstream = await startRawUpstream(async (request, response, body) => {
    const known = sessions.get(String(request.headers['mcp-session-id'] ?? ''))
    await (known ?? (await connect())).handleRequest(request, response, body === '' ? undefined : JSON.parse(body))
  })
  return {
    ...upstream,
    tasks: () => taskStore.getAllTasks(),
    finish: (taskId: string) =>
      taskStore.storeTaskResult(taskId, 'completed', { content: [{ type: 'text', text: `for ${CANARY.email}` }] }),
    /** Tells every session of a task, as a server does that does not know whose it is. */
    async announce(taskId: string) {
      const task = (await taskStore.getTask(taskId))!
      for (const { server } of servers)
        await server.notification({ method: 'notifications/tasks/status', params: task })
    },
    close: async () => {
      taskStore.cleanup()
      await upstream.close()
    },
  }
}
