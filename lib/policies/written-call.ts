import { InvalidInput } from '@/lib/errors'
import { hasExactNumbers } from '@/lib/mcp/exact-numbers'
import type { CallFacts } from './compiled-rule'
import type { Asked } from './evaluate'

/** `prompt:NAME` and `resource:URI` as in the globs of a grant; anything else names a tool. */
export function askedFor(name: string, call?: CallFacts): Exclude<Asked, { kind: 'open' }> {
  if (name.startsWith('prompt:')) return { kind: 'prompt', name: name.slice('prompt:'.length), call }
  if (name.startsWith('resource:')) return { kind: 'resource', uri: name.slice('resource:'.length), call }
  return { kind: 'tool', name, call }
}

/**
 * Arguments that somebody wrote down to ask what would happen. Kept as text until here: numbers count as they are written.
 * @throws InvalidInput
 */
export function callOfArguments(text: string): CallFacts {
  let args: unknown
  try {
    args = JSON.parse(text)
  } catch {
    throw notAnObject('is no JSON')
  }
  if (typeof args !== 'object' || args === null || Array.isArray(args)) throw notAnObject('is no JSON object')
  return { args, isExact: () => hasExactNumbers(text), session: { id: null, client: null } }
}

const notAnObject = (why: string): InvalidInput =>
  new InvalidInput(`The arguments of a call are a JSON object; this ${why}.`, [{ path: 'args', message: why }])
