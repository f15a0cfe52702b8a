import type { McpMessage, McpResponse } from './message'

const ABOUT_ONE_TASK = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/update'])

/** The tasks that a client's request names. */
export function taskIdsIn({ kind, method, params }: McpMessage): string[] {
  if (kind !== 'request') return []
  if (ABOUT_ONE_TASK.has(method)) return typeof params?.taskId === 'string' ? [params.taskId] : []
  if (method !== 'subscriptions/listen') return []
  const { taskIds } = (params?.notifications ?? {}) as { taskIds?: unknown }
  return Array.isArray(taskIds) ? taskIds.filter((id): id is string => typeof id === 'string') : []
}

/**
 * The task that a server made of a call instead of answering it: `task` in the result (2025-11-25), or the result itself
 * (2026-07-28, extension io.modelcontextprotocol/tasks). Null when it made none.
 */
export function createdTask({ result }: McpResponse): string | null {
  if (typeof result !== 'object' || result === null) return null
  const { task, resultType, taskId } = result as { task?: { taskId?: unknown }; resultType?: unknown; taskId?: unknown }
  const id = resultType === 'task' ? taskId : task?.taskId
  return typeof id === 'string' ? id : null
}
