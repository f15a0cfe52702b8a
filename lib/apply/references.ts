import type { Path } from './source'

export const GROUP_PREFIX = 'group:'

/** A name that the file uses, wherever it stands, also in entries that are wrong in another way. */
export interface Reference {
  at: Path
  name: string
  to: 'person' | 'identity' | 'group' | 'connection' | 'issuer'
}

/** From the raw value, so that a wrong entry does not hide the second mistake in it. */
export function collectReferences(root: Record<string, unknown>): Reference[] {
  const found: Reference[] = []
  const add = (at: Path, name: unknown, to: Reference['to']) => {
    if (typeof name !== 'string' || name.trim() === '') return
    const keepsCase = to === 'group' || to === 'connection' || to === 'issuer'
    found.push({ at, name: keepsCase ? name.trim() : name.trim().toLowerCase(), to })
  }
  for (const { entry, at } of entriesOf(root, 'connections')) add([...at, 'owner'], entry.owner, 'person')
  for (const { entry, at } of entriesOf(root, 'identities')) {
    add([...at, 'owner'], entry.owner, 'person')
    add([...at, 'manager'], entry.manager, 'person')
    for (const [index, bound] of listOf(entry.subjects).entries()) {
      const issuer = (bound as { issuer?: unknown } | null)?.issuer
      add([...at, 'subjects', index, 'issuer'], issuer, 'issuer')
    }
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
  rulesReferences(root, add)
  return found
}

/** Groups and people that a rule names. Names of callers in it are globs, and need not exist. */
function rulesReferences(
  root: Record<string, unknown>,
  add: (at: Path, name: unknown, to: Reference['to']) => void,
): void {
  for (const { entry, at } of entriesOf(root, 'rules')) {
    for (const [index, name] of listOf(entry.groups).entries()) add([...at, 'groups', index], name, 'group')
    for (const field of ['approvers', 'escalate']) {
      const set = (entry[field] ?? {}) as Record<string, unknown>
      add([...at, field, 'group'], set.group, 'group')
      add([...at, field, 'person'], set.person, 'person')
      for (const [index, name] of listOf(set.groups).entries()) add([...at, field, 'groups', index], name, 'group')
      for (const [index, name] of listOf(set.people).entries()) add([...at, field, 'people', index], name, 'person')
    }
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const entriesOf = (root: Record<string, unknown>, section: string): { entry: Record<string, unknown>; at: Path }[] =>
  listOf(root[section]).flatMap((entry, index) =>
    typeof entry === 'object' && entry !== null
      ? [{ entry: entry as Record<string, unknown>, at: [section, index] }]
      : [],
  )
