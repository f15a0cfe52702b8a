'use client'

import { ArrowLeftRight } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, formatOffset } from '@/components/format'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { MaskBadge } from '@/components/ui/domain-badges'
import { ErrorState } from '@/components/ui/error-state'
import { JsonTree } from '@/components/ui/json-tree'
import { Skeleton } from '@/components/ui/skeleton'
import { Tabs } from '@/components/ui/tabs'
import { visibleText } from '@/components/ui/visible-text'
import { DecisionPanel } from './decision-panel'
import { ProofPanel } from './proof-panel'
import { type GrantNames, type MessageBody, offsetOf, type ReplayMessage, titleOf } from './recording'
import { RenderedBody } from './rendered-body'

interface InspectorProps {
  sessionId: string
  message: ReplayMessage
  /** The other side of the same exchange, where there is one. */
  counterpart: { message: ReplayMessage; choose: () => void } | null
  startMicros: number
  body: MessageBody | 'failed' | undefined
  grants: GrantNames
}

const KIND_WORDS = {
  request: 'request',
  response: 'answer',
  notification: 'notification',
}

/** The chosen message: what it says, how it travelled, what was decided and how it is proven. */
export function Inspector({ sessionId, message, counterpart, startMicros, body, grants }: InspectorProps) {
  const [tab, setTab] = useState('content')
  const title = titleOf(message.kind === 'response' ? (counterpart?.message ?? message) : message)
  const hidden = Object.entries(message.redactions)
  const withBody = (show: (text: string) => React.ReactNode) =>
    body === undefined ? (
      <BodySkeleton />
    ) : body === 'failed' ? (
      <ErrorState compact title="This message could not be loaded">
        Choose another message and come back to try again.
      </ErrorState>
    ) : body.body === null ? (
      <p className="text-ink-3 text-sm">
        Retention has dropped the body. Its digest is still part of the chain: see Proof.
      </p>
    ) : (
      show(body.body)
    )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div>
        <div className="flex items-start justify-between gap-3">
          <h2 className="min-w-0 break-words font-semibold text-ink text-sm">{visibleText(title)}</h2>
          <span className="shrink-0 font-mono text-ink-3 text-xs">#{message.seq}</span>
        </div>
        <p className="text-ink-3 text-sm">
          {message.frame === 'local'
            ? 'The gateway’s own '
            : message.direction === 'client'
              ? 'Client’s '
              : 'Server’s '}
          {KIND_WORDS[message.kind]}
          {message.method && message.tool && <>, {visibleText(message.method)}</>}
          {message.rpcId !== null && (
            <>
              , id <span className="font-mono text-xs">{visibleText(message.rpcId)}</span>
            </>
          )}
          , {formatBytes(message.bytes)}
          {message.direction === 'client' &&
            message.decision?.effect === 'allow' &&
            ', recorded before it was forwarded'}
        </p>
        {counterpart && (
          <Button
            size="sm"
            variant="ghost"
            icon={<ArrowLeftRight aria-hidden />}
            onClick={counterpart.choose}
            className="mt-1.5 -ml-2"
          >
            {counterpart.message.kind === 'response' ? 'Answer' : 'Question'} at{' '}
            {formatOffset(offsetOf(counterpart.message, startMicros))}
          </Button>
        )}
      </div>
      <Tabs
        label="Views of the message"
        value={tab}
        onValueChange={setTab}
        items={[
          {
            value: 'content',
            label: 'Content',
            content: (
              <div className="flex flex-col gap-4">
                {withBody((text) => (
                  <RenderedBody body={text} />
                ))}
                {hidden.length > 0 && (
                  <section>
                    <h3 className="mb-1.5 font-medium text-ink-3 text-xs">Hidden in this recording</h3>
                    <p className="flex flex-wrap gap-1.5">
                      {hidden.map(([type, count]) => (
                        <MaskBadge key={type} type={type} count={count} />
                      ))}
                    </p>
                  </section>
                )}
              </div>
            ),
          },
          {
            value: 'json',
            label: 'JSON',
            content: withBody((text) => <JsonTree source={text} label="Message" depth={4} />),
          },
          { value: 'raw', label: 'Raw', content: withBody((text) => <CodeBlock code={text} wrap />) },
          {
            value: 'decision',
            label: 'Decision',
            content: <DecisionPanel message={message} counterpart={counterpart?.message ?? null} grants={grants} />,
          },
          {
            value: 'proof',
            label: 'Proof',
            content:
              body === undefined || body === 'failed' ? (
                withBody(() => null)
              ) : (
                <ProofPanel sessionId={sessionId} message={message} body={body} />
              ),
          },
        ]}
      />
    </div>
  )
}

function BodySkeleton() {
  return (
    <div role="status" aria-label="Loading the message" className="flex flex-col gap-2 rounded-lg border p-3">
      {[70, 45, 82, 60].map((width) => (
        <Skeleton key={width} className="h-3.5" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
