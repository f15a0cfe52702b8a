import type { CurrentAccess } from './current'
import type { AccessDocument } from './document'
import type { Path } from './source'

export interface Misplaced {
  at: Path
  message: string
}

export const GROUP_PREFIX = 'group:'

/** A name that the file uses, wherever it stands, also in entries that are wrong in another way. */
export interface Reference {
  at: Path
  name: string
  to: 'person' | 'identity' | 'group' | 'connection'
}

/** Everything the file refers to must be in the file or in the database, and be of the right kind. */
export function checkReferences(document: AccessDocument, current: CurrentAccess): Misplaced[] {
  const kinds = new Map<string, string>(current.identities.map(({ name, kind }) => [name, kind]))
  for (const { name, kind } of document.identities) kinds.set(name, kind)
  const groups = new Set([...document.named.groups, ...current.groups.map(({ name }) => name)])
  const active = current.connections.filter(({ archivedAt }) => archivedAt === null)
  const connections = new Set([...document.named.connections, ...active.map(({ slug }) => slug)])
  const isKnown = ({ name, to }: Reference): boolean => {
    if (to === 'group') return groups.has(name)
    return to === 'connection' ? connections.has(name) : kinds.has(name) || document.named.identities.has(name)
  }
  return document.references.flatMap((reference) => {
    const { at, name, to } = reference
    if (!isKnown(reference)) return [{ at, message: `${to} ${name} is neither in this file nor known here` }]
    const kind = kinds.get(name)
    if (to === 'person' && kind !== undefined && kind !== 'human') {
      return [{ at, message: `${name} is a ${kind}, not a person` }]
    }
    return []
  })
}

/** From the raw value, so that a wrong entry does not hide the second mistake in it. */
export function collectReferences(root: Record<string, unknown>): Reference[] {
  const found: Reference[] = []
  const add = (at: Path, name: unknown, to: Reference['to']) => {
    if (typeof name !== 'string' || name.trim() === '') return
    const keepsCase = to === 'group' || to === 'connection'
    found.push({ at, name: keepsCase ? name.trim() : name.trim().toLowerCase(), to })
  }
  for (const { entry, at } of entriesOf(root, 'connections')) add([...at, 'owner'], entry.owner, 'person')
  for (const { entry, at } of entriesOf(root, 'identities')) {
    add([...at, 'owner'], entry.owner, 'person')
    add([...at, 'manager'], entry.manager, 'person')
  }
  for (const { entry, at } of entriesOf(root, 'groups')) {
    for (const [index, name] of listOf(entry.members).entries()) add([...at, 'members', index], name, 'identity')
  }
  for (const { entry, at } of entriesOf(root, 'grants')) {
    const subject = typeof entry.subject === 'string' ? entry.subject.trim() : ''
    if (subject.startsWith(GROUP_PREFIX)) add([...at, 'subject'], subject.slice(GROUP_PREFIX.length), 'group')
    else add([...at, 'subject'], subject, 'identity')
    add([...at, 'connection'], entry.connection, 'connection')
  }
  return found
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const entriesOf = (root: Record<string, unknown>, section: string): { entry: Record<string, unknown>; at: Path }[] =>
  listOf(root[section]).flatMap((entry, index) =>
    typeof entry === 'object' && entry !== null
      ? [{ entry: entry as Record<string, unknown>, at: [section, index] }]
      : [],
  )
