import type { ServerQuestion } from '@/lib/domain'
import { membersOf, skipSpace, spansAt } from './json-source'
import type { McpRequest } from './message'
import { CLIENT_CAPABILITIES_META } from './revisions'

/**
 * A client's request without the capabilities that let the server ask what it may not: a server that knows it cannot ask
 * does without, or says that it cannot. Every other character stays; the very same string when there is nothing to take out.
 *
 * `source` is the message's own text, accepted by `readClientBody`: no key occurs twice in it.
 */
export function withoutCapabilities(
  source: string,
  request: McpRequest,
  refused: readonly ServerQuestion[],
): { text: string; withheld: ServerQuestion[] } {
  const path =
    request.method === 'initialize' ? ['params', 'capabilities'] : ['params', '_meta', CLIENT_CAPABILITIES_META]
  const [capabilities] = refused.length === 0 ? [] : spansAt(source, skipSpace(source, 0), path)
  if (capabilities === undefined) return { text: source, withheld: [] }
  const members = membersOf(source, capabilities.start)
  const kept = members.filter(({ key }) => !refused.includes(key as ServerQuestion))
  if (kept.length === members.length) return { text: source, withheld: [] }
  const inner = kept.map(({ keyStart, end }) => source.slice(keyStart, end)).join(',')
  return {
    text: `${source.slice(0, capabilities.start)}{${inner}}${source.slice(capabilities.end)}`,
    withheld: members.filter((member) => !kept.includes(member)).map(({ key }) => key as ServerQuestion),
  }
}
