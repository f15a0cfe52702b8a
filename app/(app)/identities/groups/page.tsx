import type { Metadata } from 'next'
import { addGroupMemberAction, createGroupAction, removeGroupMemberAction } from '@/app/(app)/identities/actions'
import { CreateGroup, GroupList } from '@/components/identities/group-list'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tabs'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listGroups } from '@/lib/identities/detail-store'
import { listIdentities } from '@/lib/identities/store'

export const metadata: Metadata = { title: 'Groups' }

export default async function GroupsPage() {
  const actor = await requireActor()
  const [groups, identities] = await Promise.all([listGroups(db()), listIdentities(db(), actor)])
  const visible = new Set(identities.map(({ id }) => id))
  const isAdmin = hasRole(actor, 'admin')
  return (
    <Page crumbs={[{ label: 'Identities', href: '/identities' }, { label: 'Groups' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="Groups"
          sub="A grant to a group reaches each member. Revoking one member in a review leaves the group as it is."
          actions={isAdmin && groups.length > 0 && <CreateGroup create={createGroupAction} />}
        />
        <TabLinks
          label="Identities"
          items={[
            { href: '/identities', label: 'Identities', count: identities.length, current: false },
            { href: '/identities/groups', label: 'Groups', count: groups.length, current: true },
          ]}
        />
      </div>
      <GroupList
        groups={groups.map(({ id, name, grants, managedBy, members }) => ({
          id,
          name,
          grants,
          managedBy,
          members: members.map((member) => ({
            id: member.id,
            displayName: member.displayName,
            sources: member.sources,
            href: visible.has(member.id) ? `/identities/${member.id}` : null,
          })),
        }))}
        verbs={
          isAdmin
            ? {
                create: createGroupAction,
                add: addGroupMemberAction,
                remove: removeGroupMemberAction,
                identities: identities.map(({ id, name, displayName }) => ({
                  value: id,
                  label: displayName,
                  sub: name,
                })),
              }
            : null
        }
      />
    </Page>
  )
}
