import type { UpstreamRequest } from '@/gateway/call'
import type { PolicySnapshot } from '@/lib/policies/snapshot'

/** Requests that only read, in either era. `initialize` opens a session, and a second one opens another. */
const READING =
  /^(?:server\/discover|initialize|ping|(?:tools|prompts|resources|resources\/templates)\/list|resources\/read|prompts\/get|completion\/complete)$/

/**
 * Whether a request may be sent again that a server refused for its token. A refusal should mean that nothing was done; a
 * tool that changes something is not run twice on that.
 */
export function mayRepeat({ method, posted, caller }: UpstreamRequest, policy: PolicySnapshot): boolean {
  if (method !== 'POST') return method === 'GET'
  if (posted === null) return false
  const tools = policy.tools.get(caller.connection.id)
  return posted.messages.every((message) => {
    if (message.kind !== 'request') return message.kind === 'notification'
    if (message.method !== 'tools/call') return READING.test(message.method)
    return message.target !== null && tools?.get(message.target)?.risk === 'read'
  })
}
