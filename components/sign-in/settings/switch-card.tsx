'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'

type Verb<Value> = Action<{ providerId: string }, Value>

interface SwitchCardProps {
  providerId: string
  name: string
  disabled: boolean
  /** People known by it, and memberships that only its claims made. */
  people: number
  memberships: number
  disable: Verb<unknown>
  enable: Verb<unknown>
  remove: Verb<unknown>
}

export function SwitchCard({ providerId, name, disabled, people, memberships, ...verbs }: SwitchCardProps) {
  const router = useRouter()
  const [asking, setAsking] = useState<'disable' | 'remove' | null>(null)
  const close = () => setAsking(null)
  const disable = useAction(verbs.disable, { success: `${name} is disabled`, onDone: close })
  const enable = useAction(verbs.enable, { success: `${name} is on the sign-in page again` })
  const remove = useAction(verbs.remove, { success: `${name} is removed`, onDone: () => router.push('/settings') })
  const ends = memberships > 0 ? ` and end ${plural(memberships, 'membership')}` : ''
  return (
    <Card title="Turn off">
      <p className="text-ink-2 text-sm">
        {disabled
          ? 'Nobody signs in through it now. Who did is signed out; what they may reach stays as it is.'
          : `Whoever came through it is signed out with their next click. ${plural(people, 'person', 'people')} signed in through it so far.`}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        {disabled ? (
          <Button pending={enable.pending} onClick={() => enable.run({ providerId })}>
            Enable
          </Button>
        ) : (
          <ConfirmDialog
            title={`Disable ${name}?`}
            description="It goes from the sign-in page, and everybody who came through it is signed out. Their access, keys and tokens stay."
            confirmLabel="Disable and sign them out"
            open={asking === 'disable'}
            onOpenChange={(open) => setAsking(open ? 'disable' : null)}
            pending={disable.pending}
            onConfirm={() => disable.run({ providerId })}
            trigger={<Button>Disable…</Button>}
          >
            <Failure message={disable.failure?.message} />
          </ConfirmDialog>
        )}
        <ConfirmDialog
          title={`Remove ${name}?`}
          description={
            memberships > 0
              ? `With it goes its word about groups: ${plural(memberships, 'membership')} end, and with them the access they gave. People stay, and are known again if it is added again.`
              : 'People stay, and are known again if it is added again.'
          }
          confirmLabel={`Remove it${ends}`}
          open={asking === 'remove'}
          onOpenChange={(open) => setAsking(open ? 'remove' : null)}
          pending={remove.pending}
          onConfirm={() => remove.run({ providerId })}
          trigger={<Button variant="danger">Remove…</Button>}
        >
          <Failure message={remove.failure?.message} />
        </ConfirmDialog>
      </div>
      <Failure message={enable.failure?.message} />
    </Card>
  )
}

function Failure({ message }: { message: string | undefined }) {
  return message ? (
    <p role="alert" className="mt-2 text-no text-sm">
      {message}
    </p>
  ) : null
}
