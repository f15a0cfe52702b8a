import type { McpMessage, McpRequest } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import { taskIdsIn } from '@/lib/mcp/tasks'
import type { Asked } from '@/lib/policies/evaluate'
import { type AskedFor, type OwnTasks, Refusal } from './call'

export const OPEN: Asked = { kind: 'open' }

/** Requests that touch nothing by name: any access to the connection is enough. Each era has its own. */
const OPEN_REQUESTS: Record<Era, ReadonlySet<string>> = {
  legacy: new Set([
    'initialize',
    'ping',
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
    'tasks/list',
    'logging/setLevel',
  ]),
  modern: new Set(['server/discover', 'tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']),
}

const NOTIFICATIONS: Record<Era, ReadonlySet<string>> = {
  legacy: new Set([
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
    // About a task that the client made of a question.
    'notifications/tasks/status',
  ]),
  modern: new Set(['notifications/cancelled']),
}

const INVALID_PARAMS = -32602
const MISSING_CAPABILITY = -32021
const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/**
 * What a client's message asks for. Null for a method its era does not have: what is not understood is refused.
 *
 * @param own the tasks it names, as far as they are its caller's
 * @throws Refusal
 */
export function askedBy(message: McpMessage, era: Era, own: OwnTasks): AskedFor | null {
  if (message.kind === 'response') return OPEN
  if (message.kind === 'notification') return NOTIFICATIONS[era].has(message.method) ? OPEN : null
  switch (message.method) {
    case 'tools/call':
      return { kind: 'tool', name: targetOf(message) }
    case 'prompts/get':
      return { kind: 'prompt', name: targetOf(message) }
    case 'resources/read':
      return { kind: 'resource', uri: targetOf(message) }
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return era === 'legacy' ? { kind: 'resource', uri: targetOf(message) } : null
    case 'completion/complete':
      return askedByReference(message)
    case 'subscriptions/listen':
      return era === 'modern' ? askedByListening(message, own) : null
    case 'tasks/get':
    case 'tasks/cancel':
      return askedByTasks(message, era, own)
    case 'tasks/result':
      return era === 'legacy' ? askedByTasks(message, era, own) : null
    case 'tasks/update':
      return era === 'modern' ? askedByTasks(message, era, own) : null
    default:
      return OPEN_REQUESTS[era].has(message.method) ? OPEN : null
  }
}

const malformed = ({ id }: McpRequest, detail: string): Refusal =>
  new Refusal('malformed_request', { detail, code: INVALID_PARAMS, id })

function targetOf(request: McpRequest): string {
  if (request.target !== null) return request.target
  throw malformed(request, `${request.method} does not say what it is about.`)
}

function askedByReference(request: McpRequest): Asked {
  const { type, name, uri } = (request.params?.ref ?? {}) as Record<string, unknown>
  if (type === 'ref/prompt' && typeof name === 'string') return { kind: 'prompt', name }
  if (type === 'ref/resource' && typeof uri === 'string') return { kind: 'resource', uri }
  throw malformed(request, 'completion/complete needs a ref.')
}

/** A task belongs to the call that it was made of: who asks after it must be allowed that call still. */
function askedByTasks(request: McpRequest, era: Era, own: OwnTasks): AskedFor {
  targetOf(request)
  if (era === 'modern') requireTasksExtension(request)
  return { kind: 'all', of: toolsOf(request, own) }
}

/** Of a stream of notifications, that everything is granted which they would tell about. */
function askedByListening(request: McpRequest, own: OwnTasks): AskedFor {
  const filter = (request.params?.notifications ?? {}) as Record<string, unknown>
  const [uris, taskIds] = [filter.resourceSubscriptions ?? [], filter.taskIds ?? []]
  for (const list of [uris, taskIds]) {
    const isReadable = Array.isArray(list) && list.every((entry) => typeof entry === 'string')
    if (!isReadable) throw malformed(request, 'What to listen for is not a list of names.')
  }
  if ((taskIds as string[]).length > 0) requireTasksExtension(request)
  const resources = (uris as string[]).map((uri): Asked => ({ kind: 'resource', uri }))
  return { kind: 'all', of: [OPEN, ...resources, ...toolsOf(request, own)] }
}

/** A task that is not the caller's does not exist for it. */
const toolsOf = (request: McpRequest, own: OwnTasks): Asked[] =>
  taskIdsIn(request).map((id) => {
    const tool = own.get(id)
    if (tool === undefined) throw new Refusal('unknown_task', { id: request.id })
    return { kind: 'tool', name: tool }
  })

/** Servers MUST answer so (2026-07-28, extension io.modelcontextprotocol/tasks), before they look for the task. */
function requireTasksExtension({ params, id }: McpRequest): void {
  const meta = params?._meta as { 'io.modelcontextprotocol/clientCapabilities'?: { extensions?: unknown } } | undefined
  const extensions = meta?.['io.modelcontextprotocol/clientCapabilities']?.extensions
  if (typeof extensions === 'object' && extensions !== null && Object.hasOwn(extensions, TASKS_EXTENSION)) return
  throw new Refusal('missing_capability', {
    id,
    code: MISSING_CAPABILITY,
    data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
  })
}
