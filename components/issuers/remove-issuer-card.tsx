'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'

interface RemoveIssuerCardProps {
  issuerId: string
  issuer: string
  /** Identities that its tokens stand for. */
  subjects: number
  remove: Action<{ issuerId: string }, unknown>
}

export function RemoveIssuerCard({ issuerId, issuer, subjects, remove }: RemoveIssuerCardProps) {
  const router = useRouter()
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(remove, {
    success: 'Its tokens are refused now',
    onDone: () => router.push('/settings'),
  })
  return (
    <Card title="Remove">
      <p className="text-ink-2 text-sm">
        Its tokens are refused from their next call on, and streams that they opened are cut.{' '}
        {subjects > 0 && `${plural(subjects, 'identity', 'identities')} can no longer call by them. `}
        Identities, grants and keys stay.
      </p>
      <div className="mt-4">
        <ConfirmDialog
          title="Remove this issuer?"
          description={
            <>
              <span className="break-all font-mono text-xs">{issuer}</span> is forgotten, with whom its tokens stand for
              and with the memberships that its group claims gave. Registered again, it starts with strangers.
            </>
          }
          confirmLabel={
            subjects > 0 ? `Remove it and refuse ${plural(subjects, 'identity', 'identities')}` : 'Remove it'
          }
          open={asking}
          onOpenChange={setAsking}
          pending={pending}
          onConfirm={() => run({ issuerId })}
          trigger={<Button variant="danger">Remove…</Button>}
        >
          {failure && (
            <p role="alert" className="text-no text-sm">
              {failure.message}
            </p>
          )}
        </ConfirmDialog>
      </div>
    </Card>
  )
}
