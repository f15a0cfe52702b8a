import { elementsOf, membersOf, type SourceSpan, skipSpace } from './json-source'

export interface FilteredList {
  /** The very same string when nothing was taken out. */
  text: string
  kept: string[]
  /** Names taken out. An entry without a readable name is counted in `unnamed` instead. */
  removed: string[]
  unnamed: number
}

/** Which list of a result holds the entries, and what names each. */
export interface ListShape {
  list: 'tools' | 'prompts' | 'resources' | 'resourceTemplates' | 'tasks'
  key: 'name' | 'uri' | 'uriTemplate' | 'taskId'
}

/** How long a client may keep a list that is its own. Its grants may change at any time. */
const PERSONAL_TTL_MS = 5_000

/** Asked with an entry's name and its source text. */
type Allows = (name: string, entry: string) => boolean

interface Splice extends SourceSpan {
  text: string
}

/** Takes out of a `tools/list` response the tools that `allows` refuses. */
export function filterToolsList(source: string, allows: Allows): FilteredList {
  return filterListResult(source, { list: 'tools', key: 'name' }, allows)
}

/**
 * Cuts the refused entries out of the source text of one JSON-RPC response; all other characters stay as they were.
 * `source` must have been accepted by `readServerMessage`.
 */
export function filterListResult(source: string, shape: ListShape, allows: Allows): FilteredList {
  const kept: string[] = []
  const removed: string[] = []
  let unnamed = 0
  const cuts: Splice[] = []
  const results = resultsOf(source)
  for (const result of results) {
    // A server may repeat `tools`: whichever of the two a client reads, it has been filtered.
    for (const list of membersOf(source, result.start).filter((member) => member.key === shape.list)) {
      const entries = elementsOf(source, list.start)
      let keptBefore = false
      entries.forEach((entry, index) => {
        const name = readName(source, entry, shape.key)
        if (name !== null && allows(name, source.slice(entry.start, entry.end))) {
          kept.push(name)
          keptBefore = true
          return
        }
        if (name === null) unnamed++
        else removed.push(name)
        const start = keptBefore ? entries[index - 1]!.end : entry.start
        const end = keptBefore ? entry.end : (entries[index + 1]?.start ?? entry.end)
        cuts.push({ start, end, text: '' })
      })
    }
  }
  if (cuts.length === 0) return { text: source, kept, removed, unnamed }
  const splices = [...cuts, ...results.flatMap((result) => personalCacheHints(source, result))]
  return { text: splice(source, splices), kept, removed, unnamed }
}

/**
 * Marks a list response as this caller's own (2026-07-28: `cacheScope`, `ttlMs`), for pages from which nothing was cut
 * while other pages of the same list differ by caller. Adds nothing where the server sent no such hints.
 */
export function makeListPrivate(source: string): string {
  const splices = resultsOf(source).flatMap((result) => personalCacheHints(source, result))
  return splices.length === 0 ? source : splice(source, splices)
}

function resultsOf(source: string): SourceSpan[] {
  return membersOf(source, skipSpace(source, 0)).filter((member) => member.key === 'result')
}

/** Null unless exactly one string names the entry: two names are one for us and another one for the client. */
function readName(source: string, entry: SourceSpan, key: ListShape['key']): string | null {
  const names = membersOf(source, entry.start).filter((member) => member.key === key)
  if (names.length !== 1) return null
  const name: unknown = JSON.parse(source.slice(names[0]!.start, names[0]!.end))
  return typeof name === 'string' ? name : null
}

// A shared cache would hand this caller's view of the list to everyone else.
function personalCacheHints(source: string, result: SourceSpan): Splice[] {
  const splices: Splice[] = []
  for (const member of membersOf(source, result.start)) {
    const value = source.slice(member.start, member.end)
    if (member.key === 'cacheScope' && value !== '"private"') splices.push({ ...member, text: '"private"' })
    if (member.key === 'ttlMs' && !(Number(value) <= PERSONAL_TTL_MS)) {
      splices.push({ ...member, text: String(PERSONAL_TTL_MS) })
    }
  }
  return splices
}

function splice(source: string, splices: Splice[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { start, end, text } of splices.sort((a, b) => a.start - b.start)) {
    pieces.push(source.slice(from, start), text)
    from = end
  }
  pieces.push(source.slice(from))
  return pieces.join('')
}
