'use client'

import { CircleStop } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { ConfirmDialog } from '@/components/ui/dialog'
import { useAction } from '@/components/use-action'

interface EndSessionProps {
  sessionId: string
  identity: string
  connection: string
  endSession: Action<{ sessionId: string }>
}

/** Cuts the conversation, not the access: what that means stands beside the button. */
export function EndSession({ sessionId, identity, connection, endSession }: EndSessionProps) {
  const [open, setOpen] = useState(false)
  const { run, pending, failure } = useAction(endSession, {
    success: 'The gateways were told to end this session',
    onDone: () => setOpen(false),
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="danger" icon={<CircleStop aria-hidden />}>
          End session
        </Button>
      }
      title="End this session?"
      description={
        <>
          Every gateway cuts what <strong className="font-medium text-ink">{identity}</strong> has open here, calls that
          are running included. Its access to {connection} stays: it may begin a new session. To take the access away,
          revoke the grant under Access.
        </>
      }
      confirmLabel="End session and cut its streams"
      pending={pending}
      onConfirm={() => run({ sessionId })}
    >
      {failure && (
        <Callout tone="no" live>
          {failure.message}
        </Callout>
      )}
    </ConfirmDialog>
  )
}
