import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { disableIdentityAction, enableIdentityAction } from '@/app/(app)/identities/actions'
import { readIdentity } from '@/app/(app)/identities/read'
import { formatDate } from '@/components/format'
import { DisableButton, EnableButton } from '@/components/identities/disable-button'
import { IdentityTabs } from '@/components/identities/identity-tabs'
import { attentionOf } from '@/components/identities/standing'
import { StandingBadge } from '@/components/identities/standing-badge'
import { Page } from '@/components/shell/page'
import { Avatar } from '@/components/ui/avatar'
import { Callout } from '@/components/ui/callout'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { hasRole } from '@/lib/actor'
import { db } from '@/lib/db'
import { answersFor } from '@/lib/identities/authority'
import { identityStanding } from '@/lib/identities/standing'
import { findIdentity } from '@/lib/identities/store'
import { listAccess } from '@/lib/policies/access-store'
import { listSessions } from '@/lib/sessions/store'

interface Props {
  params: Promise<{ id: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { identity } = await readIdentity((await params).id)
  return { title: identity.displayName }
}

export default async function IdentityLayout({ params, children }: Props) {
  const { actor, identity } = await readIdentity((await params).id)
  const { id, name, displayName, kind, owner, manager, endsAt, disabledAt, lastCallAt, activeKeys } = identity
  const now = new Date()
  const ownerNow = owner && (await findIdentity(db(), owner.id))
  const attention = attentionOf(
    { ...identity, owner: ownerNow && (identityStanding(ownerNow, now) === null ? 'active' : 'gone') },
    now,
  )
  const mayDisable = disabledAt === null && id !== actor.id && answersFor(actor, { id, ownerId: owner?.id ?? null })
  const [live, paths] = mayDisable
    ? await Promise.all([
        listSessions(db(), actor, { identity: id, live: true, limit: 200 }),
        listAccess(db(), actor, { identityId: id }, now),
      ])
    : [null, []]
  return (
    <Page crumbs={[{ label: 'Identities', href: '/identities' }, { label: displayName }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          lead={<Avatar name={displayName} kind={kind} size="lg" labelled={false} />}
          title={displayName}
          badge={attention && <StandingBadge attention={attention} />}
          sub={
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span>{KIND_LABEL[kind]}</span>
              <span className="break-all font-mono text-xs">{name}</span>
              {owner && <span>owned by {owner.displayName}</span>}
              {kind === 'human' && manager && <span>reports to {manager.displayName}</span>}
              <span>
                {lastCallAt ? (
                  <>
                    last used <RelativeTime at={lastCallAt} />
                  </>
                ) : (
                  'never used'
                )}
              </span>
            </span>
          }
          actions={
            mayDisable ? (
              <DisableButton
                identityId={id}
                displayName={displayName}
                isPerson={kind === 'human'}
                liveSessions={live?.sessions.length ?? 0}
                activeKeys={activeKeys}
                openPaths={paths.filter(({ open }) => open.effect === 'allow').length}
                disable={disableIdentityAction}
              />
            ) : (
              disabledAt !== null &&
              hasRole(actor, 'admin') && (
                <EnableButton
                  identityId={id}
                  displayName={displayName}
                  activeKeys={activeKeys}
                  enable={enableIdentityAction}
                />
              )
            )
          }
        />
        {attention === 'disabled' && disabledAt && (
          <Callout title={`Disabled on ${formatDate(disabledAt)}`}>Every call it makes is refused.</Callout>
        )}
        {attention === 'ended' && endsAt && (
          <Callout title={`Its end date was ${formatDate(endsAt)}`}>Every call it makes is refused since then.</Callout>
        )}
        {attention === 'without-owner' && (
          <Callout tone="cut" title="Nobody answers for it">
            Every call it makes is refused until somebody is named as its owner.
          </Callout>
        )}
        {attention === 'owner-gone' && owner && (
          <Callout tone="cut" title={`${owner.displayName} has left, and nobody answers for it`}>
            Its keys and grants outlive them. Transfer it to somebody, or disable it.
          </Callout>
        )}
        <IdentityTabs id={id} />
      </div>
      {children}
    </Page>
  )
}
