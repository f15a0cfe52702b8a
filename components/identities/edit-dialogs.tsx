'use client'

import { Pencil } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button, IconButton } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { IdentityKind, Role } from '@/lib/domain'
import { dayAfter, dayOf } from './day'
import { PersonField, type PersonOption } from './person-field'
import { ROLES } from './role-words'

export interface IdentityUpdate {
  identityId: string
  displayName?: string
  managerId?: string | null
  roles?: Role[]
  endsAt?: string | null
}

export interface IdentityFacts {
  id: string
  name: string
  displayName: string
  kind: IdentityKind
  owner: { id: string; displayName: string } | null
  manager: { id: string; displayName: string } | null
  roles: Role[]
  endsAt: Date | null
  createdAt: Date
  managedBy: string | null
}

interface EditDialogProps {
  title: string
  description?: string
  /** Of the pencil that opens it. */
  label: string
  save: string
  disabled?: boolean
  action: { run: () => void; pending: boolean }
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
}

function EditDialog({
  title,
  description,
  label,
  save,
  disabled,
  action,
  open,
  onOpenChange,
  children,
}: EditDialogProps) {
  return (
    <Dialog
      size="sm"
      title={title}
      description={description}
      open={open}
      onOpenChange={onOpenChange}
      trigger={<IconButton size="sm" label={label} icon={<Pencil aria-hidden />} tooltip={false} />}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button variant="primary" disabled={disabled} pending={action.pending} onClick={action.run}>
            {save}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}

interface UpdateProps {
  identity: IdentityFacts
  update: Action<IdentityUpdate, unknown>
}

export function RenameDialog({ identity, update }: UpdateProps) {
  const [open, setOpen] = useState(false)
  const [displayName, setDisplayName] = useState(identity.displayName)
  const { run, pending, failure } = useAction(update, { success: 'Renamed', onDone: () => setOpen(false) })
  const save = () => run({ identityId: identity.id, displayName })
  return (
    <EditDialog
      title="Display name"
      label="Change the display name"
      save="Rename"
      disabled={displayName.trim() === ''}
      action={{ run: save, pending }}
      open={open}
      onOpenChange={setOpen}
    >
      <Field label="Display name" error={failure?.message}>
        <Input
          maxLength={200}
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && save()}
        />
      </Field>
    </EditDialog>
  )
}

export function EndDialog({ identity, update }: UpdateProps) {
  const [open, setOpen] = useState(false)
  const [day, setDay] = useState(identity.endsAt ? dayOf(identity.endsAt) : '')
  const { run, pending, failure } = useAction(update, { success: 'End date saved', onDone: () => setOpen(false) })
  const before = identity.endsAt ? dayOf(identity.endsAt) : ''
  const past = day !== '' && day < dayOf(new Date())
  return (
    <EditDialog
      title="End date"
      description={`After it every call of ${identity.displayName} is refused and its live sessions end.`}
      label="Change the end date"
      disabled={day === before}
      save={
        day === ''
          ? before === ''
            ? 'Save'
            : 'Take the end date away'
          : past
            ? `End ${identity.displayName} now`
            : `End on ${day}`
      }
      action={{ run: () => run({ identityId: identity.id, endsAt: day === '' ? null : day }), pending }}
      open={open}
      onOpenChange={setOpen}
    >
      <Field label="Last day" hint="Its end, in UTC. Empty for none." error={failure?.message}>
        <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      </Field>
      <div className="mt-3 flex flex-wrap gap-2">
        {[30, 90, 365].map((days) => (
          <Button key={days} size="sm" onClick={() => setDay(dayAfter(new Date(), days))}>
            {days === 365 ? 'One year' : `${days} days`} from today
          </Button>
        ))}
        <Button size="sm" variant="ghost" onClick={() => setDay('')}>
          No end
        </Button>
      </div>
    </EditDialog>
  )
}

export function RolesDialog({ identity, update }: UpdateProps) {
  const [open, setOpen] = useState(false)
  const [roles, setRoles] = useState<Role[]>(identity.roles)
  const { run, pending, failure } = useAction(update, { success: 'Roles saved', onDone: () => setOpen(false) })
  return (
    <EditDialog
      title={`Roles of ${identity.displayName}`}
      description="In force with their next request: roles are read each time and are in no cookie."
      label="Change the roles"
      save="Save roles"
      action={{ run: () => run({ identityId: identity.id, roles }), pending }}
      open={open}
      onOpenChange={setOpen}
    >
      <div className="flex flex-col gap-3">
        {ROLES.map(({ role, words }) => (
          <Checkbox
            key={role}
            label={role}
            description={words}
            checked={roles.includes(role)}
            onCheckedChange={(checked) =>
              setRoles((before) => (checked === true ? [...before, role] : before.filter((each) => each !== role)))
            }
          />
        ))}
        {failure && (
          <p role="alert" className="text-no text-sm">
            {failure.message}
          </p>
        )}
      </div>
    </EditDialog>
  )
}

export function ManagerDialog({ identity, people, update }: UpdateProps & { people: readonly PersonOption[] }) {
  const [open, setOpen] = useState(false)
  const [managerId, setManagerId] = useState<string | null>(identity.manager?.id ?? null)
  const { run, pending, failure } = useAction(update, { success: 'Manager saved', onDone: () => setOpen(false) })
  return (
    <EditDialog
      title={`Manager of ${identity.displayName}`}
      description="Sees what they may reach, and is asked in reviews by manager."
      label="Change the manager"
      save="Save manager"
      action={{ run: () => run({ identityId: identity.id, managerId }), pending }}
      open={open}
      onOpenChange={setOpen}
    >
      <PersonField
        label="Manager"
        optional
        people={people.filter(({ id }) => id !== identity.id)}
        value={managerId}
        onChange={setManagerId}
        error={failure?.message}
      />
    </EditDialog>
  )
}

interface OwnerDialogProps {
  identity: IdentityFacts
  people: readonly PersonOption[]
  transfer: Action<{ identityId: string; ownerId: string }, unknown>
}

export function OwnerDialog({ identity, people, transfer }: OwnerDialogProps) {
  const [open, setOpen] = useState(false)
  const [ownerId, setOwnerId] = useState<string | null>(identity.owner?.id ?? null)
  const { run, pending, failure } = useAction(transfer, {
    success: 'Ownership transferred',
    onDone: () => setOpen(false),
  })
  const chosen = people.find(({ id }) => id === ownerId)
  return (
    <EditDialog
      title={`Owner of ${identity.displayName}`}
      description="Answers for what it does, issues its keys and extends it. The owner never reviews it."
      label="Transfer ownership"
      save={chosen && chosen.id !== identity.owner?.id ? `Transfer to ${chosen.displayName}` : 'Transfer'}
      disabled={!ownerId || ownerId === identity.owner?.id}
      action={{ run: () => ownerId && run({ identityId: identity.id, ownerId }), pending }}
      open={open}
      onOpenChange={setOpen}
    >
      <PersonField label="New owner" people={people} value={ownerId} onChange={setOwnerId} error={failure?.message} />
    </EditDialog>
  )
}
