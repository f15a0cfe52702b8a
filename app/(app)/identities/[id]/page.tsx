import Link from 'next/link'
import { allows } from '@/app/(app)/allows'
import {
  bindSubjectAction,
  issueKeyAction,
  revokeKeyAction,
  rotateKeyAction,
  transferOwnershipAction,
  unbindSubjectAction,
  updateIdentityAction,
} from '@/app/(app)/identities/actions'
import { readIdentity } from '@/app/(app)/identities/read'
import { BindingsCard } from '@/components/identities/bindings-card'
import { DetailsCard } from '@/components/identities/details-card'
import { KeyList } from '@/components/identities/key-list'
import { Badge } from '@/components/ui/badge'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { Card, CardList, CardRow } from '@/components/ui/section'
import { hasRole, seesEverything } from '@/lib/actor'
import { db } from '@/lib/db'
import { answersFor, requireMayChangeRoles } from '@/lib/identities/authority'
import type { IdentityDetail } from '@/lib/identities/detail-store'
import { listIssuerNames } from '@/lib/identities/issuer-store'
import { identityStanding } from '@/lib/identities/standing'
import { listPeople } from '@/lib/identities/store'
import { listSessions } from '@/lib/sessions/store'

interface Props {
  params: Promise<{ id: string }>
}

export default async function IdentityPage({ params }: Props) {
  const { actor, identity } = await readIdentity((await params).id)
  const standing = { ...identity, ownerId: identity.owner?.id ?? null, managerId: identity.manager?.id ?? null }
  const mine = answersFor(actor, standing)
  const isAdmin = hasRole(actor, 'admin')
  const isPerson = identity.kind === 'human'
  const mayIssue = mine && identityStanding(standing, new Date()) === null
  const [people, live, issuers] = await Promise.all([
    mine ? listPeople(db()) : [],
    listSessions(db(), actor, { identity: identity.id, live: true, limit: 200 }),
    isAdmin ? listIssuerNames(db(), actor) : null,
  ])
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex flex-col gap-4">
        <KeyList
          identity={{ id: identity.id, displayName: identity.displayName, endsAt: identity.endsAt }}
          keys={identity.keys}
          liveSessions={live.sessions.length}
          verbs={
            mine
              ? {
                  issue: mayIssue ? issueKeyAction : null,
                  rotate: mayIssue ? rotateKeyAction : null,
                  revoke: revokeKeyAction,
                }
              : null
          }
        />
        <Owned identity={identity} linked={seesEverything(actor) || actor.id === identity.id} />
      </div>
      <div className="flex flex-col gap-4">
        <DetailsCard
          identity={identity}
          people={people}
          may={{
            rename: mine,
            end: isPerson ? isAdmin : mine,
            transfer: mine && !isPerson,
            roles: isPerson && allows(() => requireMayChangeRoles(actor, standing, [])),
            manager: isAdmin,
          }}
          update={updateIdentityAction}
          transfer={transferOwnershipAction}
        />
        <Groups identity={identity} />
        <BindingsCard
          identity={{ id: identity.id, displayName: identity.displayName, kind: identity.kind }}
          bindings={identity.bindings}
          verbs={issuers && { issuers, bind: bindSubjectAction, unbind: unbindSubjectAction }}
        />
      </div>
    </div>
  )
}

/** Linked only for whoever may see what is behind the links. */
function Owned({ identity: { owns, ownsConnections }, linked }: { identity: IdentityDetail; linked: boolean }) {
  if (owns.length + ownsConnections.length === 0) return null
  return (
    <Card title="Answers for" flush>
      <CardList label="Owned">
        {owns.map((owned) => (
          <CardRow
            key={owned.id}
            title={owned.displayName}
            sub={KIND_LABEL[owned.kind as keyof typeof KIND_LABEL]}
            href={linked ? `/identities/${owned.id}` : undefined}
          />
        ))}
        {ownsConnections.map((owned) => (
          <CardRow
            key={owned.id}
            title={owned.name}
            sub="Connection"
            href={linked ? `/connections/${owned.slug}` : undefined}
          />
        ))}
      </CardList>
    </Card>
  )
}

function Groups({ identity: { memberships } }: { identity: IdentityDetail }) {
  return (
    <Card
      title="Groups"
      aside={
        <Link href="/identities/groups" className="text-accent underline-offset-2 hover:underline">
          All groups
        </Link>
      }
    >
      {memberships.length === 0 ? (
        <p className="text-ink-3 text-sm">In no group.</p>
      ) : (
        <ul className="flex flex-wrap gap-1.5">
          {memberships.map(({ groupId, groupName, source }) => (
            <li key={`${groupId} ${source}`}>
              <Badge tone="outline">{`${groupName} · ${SOURCE_WORDS[source] ?? source}`}</Badge>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const SOURCE_WORDS: Record<string, string> = { hand: 'by hand', apply: 'access.yaml' }
