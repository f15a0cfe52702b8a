import { CopyableId } from '@/components/ui/copyable-id'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import type { MessageBody, ReplayMessage } from './recording'

/** The message's place in its hash chain, to compare with what `countersign verify` reads. */
export function ProofPanel({
  sessionId,
  message,
  body,
}: {
  sessionId: string
  message: ReplayMessage
  body: MessageBody
}) {
  const writer = message.id.slice(0, message.id.lastIndexOf('/'))
  const first = /^0+$/.test(body.previousHash)
  return (
    <div className="flex flex-col gap-4">
      <KeyValues
        layout="rows"
        items={[
          { label: 'Record', value: `${message.seq} in the chain of ${writer}`, mono: true },
          { label: 'Hash', value: <CopyableId value={body.hash} ends={8} label="hash" /> },
          {
            label: 'Previous',
            value: first ? (
              'none, the first of its chain'
            ) : (
              <CopyableId value={body.previousHash} ends={8} label="previous hash" />
            ),
          },
          { label: 'Body digest', value: <CopyableId value={body.bodyDigest} ends={8} label="body digest" /> },
          {
            label: 'Checkpoint',
            value: body.checkpoint ? (
              <>
                {body.checkpoint.seq}, signed <RelativeTime at={body.checkpoint.at} />
              </>
            ) : (
              'not signed yet'
            ),
          },
          { label: 'Session', value: <CopyableId value={sessionId} ends={8} label="session id" /> },
        ]}
      />
      <p className="text-ink-3 text-xs">
        The hash covers the previous hash and everything recorded about this message; the body enters by its digest.
      </p>
    </div>
  )
}
