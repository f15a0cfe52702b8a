'use client'

import type { ReactNode } from 'react'
import type { Action } from '@/components/action-result'
import { formatUtc } from '@/components/format'
import { AttentionBadge } from '@/components/ui/domain-badges'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card } from '@/components/ui/section'
import {
  EndDialog,
  type IdentityFacts,
  type IdentityUpdate,
  ManagerDialog,
  OwnerDialog,
  RenameDialog,
  RolesDialog,
} from './edit-dialogs'
import type { PersonOption } from './person-field'

interface DetailsCardProps {
  identity: IdentityFacts
  people: readonly PersonOption[]
  /** What this viewer may change; the commands check it again. */
  may: { rename: boolean; end: boolean; transfer: boolean; roles: boolean; manager: boolean }
  update: Action<IdentityUpdate, unknown>
  transfer: Action<{ identityId: string; ownerId: string }, unknown>
}

export function DetailsCard({ identity, people, may, update, transfer }: DetailsCardProps) {
  const person = identity.kind === 'human'
  return (
    <Card title="Details">
      <KeyValues
        items={[
          {
            label: 'Display name',
            value: (
              <Editable edit={may.rename && <RenameDialog identity={identity} update={update} />}>
                {identity.displayName}
              </Editable>
            ),
          },
          { label: 'Name', value: identity.name, mono: true },
          ...(person
            ? [
                {
                  label: 'Manager',
                  value: (
                    <Editable
                      edit={may.manager && <ManagerDialog identity={identity} people={people} update={update} />}
                    >
                      {identity.manager?.displayName ?? <span className="text-ink-3">none</span>}
                    </Editable>
                  ),
                },
                {
                  label: 'Roles',
                  value: (
                    <Editable edit={may.roles && <RolesDialog identity={identity} update={update} />}>
                      {identity.roles.length > 0 ? identity.roles.join(', ') : <span className="text-ink-3">none</span>}
                    </Editable>
                  ),
                },
              ]
            : [
                {
                  label: 'Owner',
                  value: (
                    <Editable
                      edit={may.transfer && <OwnerDialog identity={identity} people={people} transfer={transfer} />}
                    >
                      {identity.owner?.displayName ?? <AttentionBadge>none</AttentionBadge>}
                    </Editable>
                  ),
                },
              ]),
          {
            label: 'Ends',
            value: (
              <Editable edit={may.end && <EndDialog identity={identity} update={update} />}>
                {identity.endsAt ? (
                  <>
                    {formatUtc(identity.endsAt)}{' '}
                    <span className="text-ink-3">
                      (<RelativeTime at={identity.endsAt} />)
                    </span>
                  </>
                ) : (
                  <span className="text-ink-3">no end date</span>
                )}
              </Editable>
            ),
          },
          { label: 'Created', value: <RelativeTime at={identity.createdAt} /> },
          ...(identity.managedBy ? [{ label: 'Managed by', value: 'access.yaml' }] : []),
        ]}
      />
    </Card>
  )
}

function Editable({ children, edit }: { children: ReactNode; edit: ReactNode }) {
  return (
    <span className="-my-1 flex min-h-7 items-center gap-1">
      <span className="min-w-0 break-words">{children}</span>
      {edit}
    </span>
  )
}
