import { APPLY } from './current'
import { type AccessDocument, subjectsOf } from './document'
import { grantName, grantsNamed } from './plan-grants'
import { GROUP_PREFIX } from './references'
import type { PlanFacts, Step, StepKind, Work } from './step'

/** What this file once made and no longer mentions, not even as an owner, member or subject. Access goes first. */
export function planPrune(document: AccessDocument, { current, actorId, signedInWith }: PlanFacts): Step[] {
  const mentioned = mentionedIn(document)
  const stale = <T extends { managedBy: string | null }>(rows: readonly T[], isMentioned: (row: T) => boolean): T[] =>
    rows.filter((row) => row.managedBy === APPLY && !isMentioned(row))

  const named = grantsNamed(document.grants, current)
  const identityName = new Map(current.identities.map(({ id, name }) => [id, name]))
  const groupName = new Map(current.groups.map(({ id, name }) => [id, name]))
  const slugOf = new Map(current.connections.map(({ id, slug }) => [id, slug]))

  return [
    ...stale(current.grants, (grant) => named.has(grant)).map((grant) => {
      const subject = identityName.get(grant.identityId ?? '') ?? `${GROUP_PREFIX}${groupName.get(grant.groupId ?? '')}`
      const connection = slugOf.get(grant.connectionId) ?? grant.connectionId
      return prune('grant', grantName({ subject, connection, tools: grant.tools }), {
        do: 'revoke-grant',
        id: grant.id,
      })
    }),
    ...stale(current.rules, ({ name }) => mentioned.rules.has(name)).map(({ id, name }) =>
      prune('rule', name, { do: 'delete-rule', id }),
    ),
    ...stale(current.connections, ({ slug, archivedAt }) => mentioned.connections.has(slug) || archivedAt !== null).map(
      ({ id, slug }) => prune('connection', slug, { do: 'archive-connection', id }),
    ),
    ...stale(current.groups, ({ name }) => mentioned.groups.has(name)).map(({ id, name }) =>
      prune('group', name, { do: 'empty-group', id }),
    ),
    ...stale(current.identities, ({ name, disabledAt }) => mentioned.identities.has(name) || disabledAt !== null).map(
      ({ id, name }): Step =>
        id === actorId
          ? { ...prune('identity', name, { do: 'nothing' }), action: 'refused', note: 'nobody disables themself' }
          : prune('identity', name, { do: 'disable-identity', id }),
    ),
    ...stale(current.issuers, ({ issuer }) => mentioned.issuers.has(issuer)).map(({ id, issuer }) =>
      prune('issuer', issuer, { do: 'remove-issuer', id }),
    ),
    ...stale(
      current.providers,
      ({ slug, disabledAt }) => document.named.providers.has(slug) || disabledAt !== null,
    ).map(
      ({ id, slug }): Step =>
        id === signedInWith
          ? { ...prune('sign-in', slug, { do: 'nothing' }), action: 'refused', note: 'you signed in through it' }
          : prune('sign-in', slug, { do: 'disable-provider', id }),
    ),
  ]
}

const prune = (kind: StepKind, name: string, work: Work): Step => ({
  action: 'prune',
  kind,
  name,
  line: null,
  changes: [],
  note: null,
  campaignItemId: null,
  work,
})

function mentionedIn(document: AccessDocument) {
  const subjects = document.grants.map(({ subject }) => subject)
  return {
    identities: new Set(
      [
        ...document.named.identities,
        ...subjects.map((subject) => subject.toLowerCase()),
        ...document.identities.flatMap(({ owner, manager }) => [owner, manager]),
        ...document.connections.map(({ owner }) => owner),
        ...document.groups.flatMap(({ members }) => members),
      ].filter((name): name is string => typeof name === 'string'),
    ),
    groups: new Set([
      ...document.named.groups,
      ...subjects
        .filter((subject) => subject.startsWith(GROUP_PREFIX))
        .map((subject) => subject.slice(GROUP_PREFIX.length)),
    ]),
    connections: new Set([...document.named.connections, ...document.grants.map(({ connection }) => connection)]),
    rules: new Set(document.rules.map(({ name }) => name)),
    issuers: new Set([...document.named.issuers, ...subjectsOf(document.identities).map(({ issuer }) => issuer)]),
  }
}
