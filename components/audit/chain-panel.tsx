'use client'

import { ShieldCheck, ShieldX } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { CopyableId } from '@/components/ui/copyable-id'
import { KeyValues } from '@/components/ui/key-values'
import { Popover } from '@/components/ui/popover'
import { RelativeTime } from '@/components/ui/relative-time'
import { useAction } from '@/components/use-action'

export interface CheckpointFacts {
  seq: string
  at: string
  root: string
  keyId: string
}

export interface Verification {
  intact: boolean
  chains: number
  records: number
  checkpoints: number
  firstBad: string | null
}

interface ChainPanelProps {
  checkpoint: CheckpointFacts | null
  /** For whoever may read everything; it walks everything. */
  verify?: Action<null, Verification>
}

/** That the log is whole: the last signed checkpoint, a walk of all chains on demand, and how to do it without this app. */
export function ChainPanel({ checkpoint, verify }: ChainPanelProps) {
  const [found, setFound] = useState<Verification | null>(null)
  return (
    <Popover
      align="end"
      label="Integrity of the log"
      className="w-96"
      trigger={
        <Button
          icon={
            found?.intact === false ? (
              <ShieldX aria-hidden className="text-no" />
            ) : (
              <ShieldCheck aria-hidden className={checkpoint || found ? 'text-ok' : 'text-ink-3'} />
            )
          }
        >
          {found ? (
            found.intact ? (
              'Chain verified'
            ) : (
              'Chain broken'
            )
          ) : checkpoint ? (
            <span>
              Signed <RelativeTime at={checkpoint.at} />
            </span>
          ) : (
            'Not signed yet'
          )}
        </Button>
      }
    >
      <div className="flex flex-col gap-3.5">
        <p className="text-ink-2">
          Every event carries the hash of the one before it. Every 30 seconds the ends of all chains are signed, in the
          database and outside of it.
        </p>
        {checkpoint ? (
          <KeyValues
            layout="rows"
            items={[
              {
                label: 'Last checkpoint',
                value: (
                  <>
                    {checkpoint.seq}, <RelativeTime at={checkpoint.at} />
                  </>
                ),
              },
              { label: 'Root', value: <CopyableId value={checkpoint.root} ends={8} label="root" /> },
              { label: 'Key', value: <CopyableId value={checkpoint.keyId} ends={8} label="key id" /> },
            ]}
          />
        ) : (
          <p className="text-ink-3">No checkpoint yet: the first is taken within 30 seconds of the first event.</p>
        )}
        {verify && <VerifyNow verify={verify} found={found} onFound={setFound} />}
        <CodeBlock code="npx countersign verify" title="Check it yourself" />
      </div>
    </Popover>
  )
}

interface VerifyNowProps {
  verify: Action<null, Verification>
  found: Verification | null
  onFound: (found: Verification) => void
}

function VerifyNow({ verify, found, onFound }: VerifyNowProps) {
  const { run, pending, failure } = useAction(verify, { onDone: onFound })
  return (
    <div className="flex flex-col gap-2 border-t pt-3.5">
      <div className="flex items-center justify-between gap-3">
        <div aria-live="polite">
          {found ? (
            <Badge
              tone={found.intact ? 'ok' : 'no'}
              icon={found.intact ? <ShieldCheck aria-hidden /> : <ShieldX aria-hidden />}
            >
              {found.intact ? `${plural(found.chains, 'chain')} verified` : 'Broken'}
            </Badge>
          ) : (
            <span className="text-ink-3">Not walked since you came.</span>
          )}
        </div>
        <Button size="sm" pending={pending} onClick={() => run(null)}>
          {pending ? 'Walking every record…' : 'Verify everything now'}
        </Button>
      </div>
      {found && (
        <p className={found.intact ? 'text-ink-3 text-xs' : 'break-words text-no text-xs'}>
          {found.firstBad ??
            `${plural(found.records, 'record')} and ${plural(found.checkpoints, 'checkpoint')} are what was written.`}
        </p>
      )}
      {failure && (
        <p role="alert" className="text-no text-xs">
          {failure.message}
        </p>
      )}
    </div>
  )
}
