'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { joinWords, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'

interface ArchiveCardProps {
  connectionId: string
  name: string
  url: string
  openPaths: number
  liveSessions: number
  archive: Action<{ connectionId: string }, void>
}

export function ArchiveCard({ connectionId, name, url, openPaths, liveSessions, archive }: ArchiveCardProps) {
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(archive, {
    success: `${name} is archived`,
    onDone: () => setAsking(false),
  })
  const consequences = [
    ...(openPaths > 0 ? [`close ${plural(openPaths, 'access path')}`] : []),
    ...(liveSessions > 0 ? [`end ${plural(liveSessions, 'live session')}`] : []),
  ]
  return (
    <Card title="Archive">
      <div className="flex flex-col items-start gap-4">
        <p className="text-ink-2 text-sm">
          The gateway answers 404 at <span className="break-all font-mono text-ink text-xs">{url}</span> from then on.
          What was recorded and reviewed stays. The name in the URL stays taken, and there is no way back.
        </p>
        <ConfirmDialog
          title={`Archive ${name}?`}
          description={
            consequences.length > 0
              ? `This will ${joinWords(consequences)}, on every gateway at once. It cannot be undone.`
              : 'Nobody has access at the moment. It cannot be undone.'
          }
          confirmLabel={['Archive', ...consequences].join(consequences.length > 1 ? ', ' : ' and ')}
          open={asking}
          onOpenChange={setAsking}
          pending={pending}
          onConfirm={() => run({ connectionId })}
          trigger={<Button variant="danger">Archive…</Button>}
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
