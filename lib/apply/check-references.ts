import type { CurrentAccess } from './current'
import type { AccessDocument } from './document'
import type { Reference } from './references'
import type { Path } from './source'

export interface Misplaced {
  at: Path
  message: string
}

/** Everything the file refers to must be in the file or in the database, and be of the right kind. */
export function checkReferences(document: AccessDocument, current: CurrentAccess): Misplaced[] {
  const kinds = new Map<string, string>(current.identities.map(({ name, kind }) => [name, kind]))
  for (const { name, kind } of document.identities) kinds.set(name, kind)
  const groups = new Set([...document.named.groups, ...current.groups.map(({ name }) => name)])
  const active = current.connections.filter(({ archivedAt }) => archivedAt === null)
  const connections = new Set([...document.named.connections, ...active.map(({ slug }) => slug)])
  const issuers = new Set([...document.named.issuers, ...current.issuers.map(({ issuer }) => issuer)])
  const isKnown = ({ name, to }: Reference): boolean => {
    if (to === 'group') return groups.has(name)
    if (to === 'issuer') return issuers.has(name)
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
