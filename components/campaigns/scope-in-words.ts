import { joinWords, plural } from '@/components/format'
import type { IdentityKind } from '@/lib/domain'

interface Scope {
  connections: readonly string[]
  kinds: readonly IdentityKind[]
  identities: readonly string[]
  reviewers: string
}

const KINDS: Record<IdentityKind, string> = {
  human: 'people',
  service: 'services',
  pipeline: 'pipelines',
  agent: 'agents',
}

/** "Agents and services on crm and warehouse, reviewed by the owner of each connection". */
export function scopeInWords({ connections, kinds, identities, reviewers }: Scope): string {
  const who =
    identities.length > 3
      ? plural(identities.length, 'named identity', 'named identities')
      : identities.length > 0
        ? joinWords(identities)
        : kinds.length > 0
          ? joinWords(kinds.map((kind) => KINDS[kind]))
          : 'everyone'
  const where = connections.length > 0 ? joinWords(connections) : 'every connection'
  const by =
    reviewers === 'connection-owner'
      ? 'the owner of each connection'
      : reviewers === 'manager'
        ? 'the manager'
        : reviewers
  return `${who.charAt(0).toUpperCase()}${who.slice(1)} on ${where}, reviewed by ${by}`
}
