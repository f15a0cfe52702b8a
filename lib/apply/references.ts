import type { CurrentAccess } from './current'
import type { AccessDocument, DesiredGrant } from './document'
import type { Path } from './source'

export interface Misplaced {
  at: Path
  message: string
}

export const GROUP_PREFIX = 'group:'

/** Everything the file refers to must be in the file or in the database, and be of the right kind. */
export function checkReferences(document: AccessDocument, current: CurrentAccess): Misplaced[] {
  const kinds = new Map<string, string>(current.identities.map(({ name, kind }) => [name, kind]))
  for (const { name, kind } of document.identities) kinds.set(name, kind)
  const known = {
    identity: (name: string) => kinds.has(name) || document.named.identities.has(name),
    group: (name: string) => document.named.groups.has(name) || current.groups.some((group) => group.name === name),
    connection: (slug: string) =>
      document.named.connections.has(slug) ||
      current.connections.some((connection) => connection.slug === slug && connection.archivedAt === null),
  }
  const person = (name: string | null | undefined, at: Path): Misplaced[] => {
    if (!name) return []
    if (!known.identity(name)) return [{ at, message: `${name} is neither in this file nor known here` }]
    const kind = kinds.get(name)
    return kind !== undefined && kind !== 'human' ? [{ at, message: `${name} is a ${kind}, not a person` }] : []
  }
  const subject = ({ subject: name, at }: DesiredGrant): Misplaced[] => {
    const exists = name.startsWith(GROUP_PREFIX)
      ? known.group(name.slice(GROUP_PREFIX.length))
      : known.identity(name.toLowerCase())
    return exists ? [] : [{ at: [...at, 'subject'], message: `${name} is neither in this file nor known here` }]
  }
  return [
    ...document.connections.flatMap(({ owner, at }) => person(owner, [...at, 'owner'])),
    ...document.identities.flatMap(({ owner, manager, at }) => [
      ...person(owner, [...at, 'owner']),
      ...person(manager, [...at, 'manager']),
    ]),
    ...document.groups.flatMap(({ members, at }) =>
      members.flatMap((name, index) =>
        known.identity(name)
          ? []
          : [{ at: [...at, 'members', index], message: `${name} is neither in this file nor known here` }],
      ),
    ),
    ...document.grants.flatMap((grant) => [
      ...subject(grant),
      ...(known.connection(grant.connection)
        ? []
        : [{ at: [...grant.at, 'connection'], message: `${grant.connection} is neither in this file nor known here` }]),
    ]),
  ]
}
