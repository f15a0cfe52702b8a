'use client'

import { Power, PowerOff } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { joinWords, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/use-action'

interface DisableButtonProps {
  identityId: string
  displayName: string
  isPerson: boolean
  liveSessions: number
  activeKeys: number
  openPaths: number
  disable: Action<{ identityId: string }, unknown>
}

export function DisableButton(props: DisableButtonProps) {
  const { identityId, displayName, isPerson, liveSessions, activeKeys, openPaths, disable } = props
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(disable, {
    success: `${displayName} is disabled`,
    onDone: () => setAsking(false),
  })
  const effects = [
    ...(activeKeys > 0 ? [`${plural(activeKeys, 'key stops', 'keys stop')} working`] : []),
    ...(openPaths > 0 ? [plural(openPaths, 'access path closes', 'access paths close')] : []),
    ...(liveSessions > 0 ? [plural(liveSessions, 'live session ends', 'live sessions end')] : []),
    ...(isPerson ? ['they are signed out'] : []),
  ]
  return (
    <ConfirmDialog
      title={`Disable ${displayName}?`}
      description={`${effects.length > 0 ? `On the next call, on every gateway: ${joinWords(effects)}. ` : ''}Grants and keys are kept; an administrator can enable it again.`}
      confirmLabel={liveSessions > 0 ? `Disable and end ${plural(liveSessions, 'live session')}` : 'Disable'}
      open={asking}
      onOpenChange={setAsking}
      pending={pending}
      onConfirm={() => run({ identityId })}
      trigger={
        <Button variant="danger" icon={<PowerOff aria-hidden />}>
          Disable…
        </Button>
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

interface EnableButtonProps {
  identityId: string
  displayName: string
  activeKeys: number
  enable: Action<{ identityId: string }, unknown>
}

export function EnableButton({ identityId, displayName, activeKeys, enable }: EnableButtonProps) {
  const { run, pending } = useAction(
    async (input: { identityId: string }) => {
      const result = await enable(input)
      if (!result.ok) toast.error(result.message)
      return result
    },
    { success: `${displayName} is enabled` },
  )
  return (
    <Button icon={<Power aria-hidden />} pending={pending} onClick={() => run({ identityId })}>
      {activeKeys > 0 ? `Enable, and ${plural(activeKeys, 'key')} with it` : 'Enable'}
    </Button>
  )
}
