import type { ServerQuestion } from '@/lib/domain'
import { membersOf, readSpan, skipSpace, spansAt } from './json-source'
import { holds, type McpMessage } from './message'

const QUESTIONS = new Map<unknown, ServerQuestion>([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
])

/** What a server may ask beside these: whether the client is there, and after a task that a question was made into. */
const HARMLESS = new Set(['ping', 'tasks/get', 'tasks/result', 'tasks/list', 'tasks/cancel'])

/** An error that sends the user to a URL (2025-11-25, elicitation): a question in the form of an answer. */
const URL_ELICITATION_REQUIRED = -32042

export interface Asking {
  questions: ReadonlySet<ServerQuestion>
  /** It also asks something that no revision has. */
  unknown: boolean
}

/**
 * What a server's message asks of the client, in whatever form: a request of its own, the `inputRequests` of a result or of
 * a task, or an error that sends the user to a URL. Null when it asks nothing. Of equal keys all count, because the client
 * may read another one than the gateway.
 *
 * `source` is the message's own text, accepted by `readServerMessage`.
 */
export function askingOf(source: string, message: McpMessage): Asking | null {
  if (message.kind === 'request') return HARMLESS.has(message.method) ? null : asking([message.method])
  const start = skipSpace(source, 0)
  if (message.kind === 'response' && message.error !== undefined) {
    const codes = spansAt(source, start, ['error', 'code']).map((span) => readSpan(source, span))
    const sendsToUrl = codes.includes(URL_ELICITATION_REQUIRED)
    return sendsToUrl ? { questions: new Set(['elicitation']), unknown: false } : null
  }
  if (!holds(message, 'inputRequests')) return null
  const requests = spansAt(source, start, [message.kind === 'response' ? 'result' : 'params', 'inputRequests'])
  const each = requests.flatMap((request) => membersOf(source, request.start))
  return each.length === 0 ? null : asking(each.flatMap((question) => methodsOf(source, question.start)))
}

function asking(methods: readonly unknown[]): Asking {
  const known = methods.map((method) => QUESTIONS.get(method))
  return { questions: new Set(known.filter((question) => question !== undefined)), unknown: known.includes(undefined) }
}

/** The methods an input request could be read to have; one that is none where it has none. */
function methodsOf(source: string, start: number): unknown[] {
  const methods = spansAt(source, start, ['method'])
  return methods.length === 0 ? [null] : methods.map((span) => readSpan(source, span))
}
