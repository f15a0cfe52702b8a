'use client'

import { Plus, Users, X } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { Combobox, type ComboboxOption } from '@/components/ui/combobox'
import { ConfirmDialog, Dialog, DialogClose } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAction } from '@/components/use-action'

export interface GroupView {
  id: string
  name: string
  grants: number
  /** An issuer, `apply`, or null where it was made here. */
  managedBy: string | null
  members: { id: string; displayName: string; sources: string[]; href: string | null }[]
}

type Membership = { groupId: string; identityId: string }

interface GroupListProps {
  groups: readonly GroupView[]
  /** Administrators only. */
  verbs: {
    create: Action<{ name: string }, unknown>
    add: Action<Membership, void>
    remove: Action<Membership, void>
    identities: readonly ComboboxOption[]
  } | null
}

export function GroupList({ groups, verbs }: GroupListProps) {
  if (groups.length === 0) {
    return (
      <EmptyState
        icon={<Users aria-hidden />}
        title="No groups yet"
        action={verbs && <CreateGroup create={verbs.create} />}
      >
        A grant to a group reaches each of its members. Groups also appear with the claims of the identity provider.
      </EmptyState>
    )
  }
  return (
    <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
      {groups.map((group) => (
        <li key={group.id} className="flex min-w-0 flex-col rounded-lg border">
          <div className="flex min-h-12 items-center gap-3 border-b px-4 py-2">
            <h2 className="min-w-0 flex-1 break-words font-semibold text-ink text-sm">{group.name}</h2>
            {group.managedBy && (
              <Badge tone="outline">{group.managedBy === 'apply' ? 'access.yaml' : hostOf(group.managedBy)}</Badge>
            )}
            <span className="shrink-0 text-ink-3 text-xs">
              {plural(group.members.length, 'member')}, {plural(group.grants, 'grant')}
            </span>
          </div>
          {group.members.length === 0 ? (
            <p className="flex-1 px-4 py-3 text-ink-3 text-sm">Nobody is in it.</p>
          ) : (
            <ul className="flex-1 py-1">
              {group.members.map((member) => (
                <MemberRow key={member.id} group={group} member={member} remove={verbs?.remove ?? null} />
              ))}
            </ul>
          )}
          {verbs && (
            <div className="border-t p-3">
              <AddMember group={group} add={verbs.add} identities={verbs.identities} />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}

const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).host : issuer)

interface MemberRowProps {
  group: GroupView
  member: GroupView['members'][number]
  remove: Action<Membership, void> | null
}

function MemberRow({ group, member, remove }: MemberRowProps) {
  const claims = member.sources.filter((source) => source !== 'hand' && source !== 'apply')
  const removable = remove !== null && claims.length < member.sources.length
  return (
    <li className="flex min-h-9 items-center gap-2 px-4 text-sm">
      <span className="min-w-0 flex-1 truncate">
        {member.href ? (
          <Link href={member.href} className="rounded-sm text-ink hover:underline">
            {member.displayName}
          </Link>
        ) : (
          member.displayName
        )}
      </span>
      {claims.map((source) => (
        <span key={source} className="truncate text-ink-3 text-xs" title={source}>
          says {hostOf(source)}
        </span>
      ))}
      {removable && <RemoveMember {...{ group, member, remove }} />}
    </li>
  )
}

function RemoveMember({ group, member, remove }: MemberRowProps & { remove: Action<Membership, void> }) {
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(remove, {
    success: `${member.displayName} left ${group.name}`,
    onDone: () => setAsking(false),
  })
  return (
    <ConfirmDialog
      title={`Take ${member.displayName} out of ${group.name}?`}
      description={
        group.grants > 0
          ? `What only ${plural(group.grants, 'grant')} of this group gave is refused from the next call on.`
          : 'The group has no grants, so no access changes.'
      }
      confirmLabel={group.grants > 0 ? 'Take out and end that access' : 'Take out'}
      open={asking}
      onOpenChange={setAsking}
      pending={pending}
      onConfirm={() => run({ groupId: group.id, identityId: member.id })}
      trigger={
        <IconButton
          size="sm"
          tooltip={false}
          label={`Take ${member.displayName} out of ${group.name}`}
          icon={<X aria-hidden />}
        />
      }
    >
      {failure && (
        <p role="alert" className="text-no text-sm">
          {failure.message}
        </p>
      )}
    </ConfirmDialog>
  )
}

interface AddMemberProps {
  group: GroupView
  add: Action<Membership, void>
  identities: readonly ComboboxOption[]
}

function AddMember({ group, add, identities }: AddMemberProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const { run, pending, failure } = useAction(add, { success: `Added to ${group.name}`, onDone: () => setChosen(null) })
  const there = new Set(group.members.map(({ id }) => id))
  return (
    <div>
      <div className="flex gap-2">
        <div className="min-w-0 flex-1">
          <Combobox
            label={`Add a member to ${group.name}`}
            placeholder="Add a member…"
            options={identities.filter(({ value }) => !there.has(value))}
            value={chosen}
            onValueChange={setChosen}
            clearable
          />
        </div>
        <Button
          pending={pending}
          disabled={chosen === null}
          onClick={() => chosen && run({ groupId: group.id, identityId: chosen })}
        >
          {group.grants > 0 ? `Add, with ${plural(group.grants, 'grant')}` : 'Add'}
        </Button>
      </div>
      {failure && (
        <p role="alert" className="mt-1.5 text-no text-xs">
          {failure.message}
        </p>
      )}
    </div>
  )
}

export function CreateGroup({ create }: { create: Action<{ name: string }, unknown> }) {
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const { run, pending, failure } = useAction(create, {
    success: 'Group created',
    onDone: () => {
      setOpen(false)
      setName('')
    },
  })
  return (
    <Dialog
      size="sm"
      title="New group"
      description="It gives nothing until it has grants and members."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New group
        </Button>
      }
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button type="submit" form="new-group" variant="primary" pending={pending}>
            Create the group
          </Button>
        </>
      }
    >
      <form
        id="new-group"
        onSubmit={(event) => {
          event.preventDefault()
          run({ name })
        }}
      >
        <Field label="Name" required error={failure?.message}>
          <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}
