import Link from 'next/link'
import { Callout } from '@/components/ui/callout'
import { CopyableId } from '@/components/ui/copyable-id'
import { MaskBadge, OutcomeBadge } from '@/components/ui/domain-badges'
import { KeyValues } from '@/components/ui/key-values'
import { visibleText } from '@/components/ui/visible-text'
import { heldInWords } from './held'
import { maskedBy, reasonWords } from './marks'
import type { GrantNames, ReplayMessage } from './recording'

interface DecisionPanelProps {
  message: ReplayMessage
  counterpart: ReplayMessage | null
  grants: GrantNames
}

const sentence = (text: string): string => visibleText(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`)

/** What was decided when this message passed, or did not, and what became of its call. */
export function DecisionPanel({ message, counterpart, grants }: DecisionPanelProps) {
  const { decision } = message
  const masked = Object.entries(maskedBy(message))
  const call = message.outcome !== null ? message : counterpart?.outcome ? counterpart : null
  return (
    <div className="flex flex-col gap-4 text-sm">
      {decision?.effect === 'deny' && (
        <Callout tone="no" title={sentence(reasonWords(decision.reason))}>
          {decision.reasons.map((reason) => (
            <p key={reason} className="break-words">
              {visibleText(reason)}
            </p>
          ))}
          <p className="mt-1">Nothing of it reached the MCP server.</p>
        </Callout>
      )}
      {decision?.effect === 'hold' && (
        <Callout
          tone="hold"
          title={sentence(heldInWords(message.held, decision.rules ?? []))}
          action={
            message.held && (
              <Link
                href={`/approvals/${message.held.approvalId}`}
                prefetch={false}
                className="shrink-0 rounded-sm underline underline-offset-3"
              >
                Open
              </Link>
            )
          }
        >
          {message.held?.released
            ? 'Nothing of it reached the MCP server before.'
            : 'Nothing of this request reached the MCP server.'}
        </Callout>
      )}
      {decision?.effect === 'withheld' && (
        <Callout
          tone="no"
          title={message.direction === 'client' ? 'The server never got this' : 'The client never got this'}
        >
          {sentence(reasonWords(decision.reason))}
        </Callout>
      )}
      {(decision?.effect === 'allow' || decision?.effect === 'hold') && decision.grants && (
        <section>
          <h3 className="mb-1.5 font-medium text-ink-3 text-xs">
            {decision.effect === 'hold' ? 'Granted by' : 'Allowed by'}
          </h3>
          <ul className="divide-y rounded-lg border">
            {decision.grants.map((id) => (
              <li key={id} className="flex items-center justify-between gap-3 px-3 py-2">
                <span className="min-w-0 break-words text-ink">{visibleText(grants[id] ?? 'A grant')}</span>
                <CopyableId value={id} ends={6} label="grant id" />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(decision?.effect === 'allow' || decision?.effect === 'hold') && decision.rules && (
        <section>
          <h3 className="mb-1.5 font-medium text-ink-3 text-xs">Rules in force</h3>
          <p className="text-ink">{visibleText(decision.rules.map((rule) => `“${rule}”`).join(', '))}</p>
        </section>
      )}
      {masked.length > 0 && (
        <section>
          <h3 className="mb-1.5 font-medium text-ink-3 text-xs">Masked before the client got it</h3>
          <p className="flex flex-wrap gap-1.5">
            {masked.map(([type, count]) => (
              <MaskBadge key={type} type={type} count={count} />
            ))}
          </p>
        </section>
      )}
      {decision?.effect === 'allow' && decision.removed !== undefined && (
        <p className="text-ink-2">{decision.removed} entries of the list were left out: no grant covers them.</p>
      )}
      {decision?.effect === 'allow' && decision.refuse !== undefined && (
        <p className="text-ink-2">
          The server was not told that the client takes {decision.refuse.join(', ')}: the connection refuses it.
        </p>
      )}
      {decision === null && message.direction === 'client' && message.frame === 'local' && (
        <p className="text-ink-3">The gateway answered this in place of the client, which was never asked.</p>
      )}
      {decision === null && message.direction === 'server' && masked.length === 0 && (
        <p className="text-ink-3">
          {message.frame === 'local'
            ? 'The gateway answered this itself; the server was never asked.'
            : 'Passed on as it came: no rule masked anything in it.'}
        </p>
      )}
      {call?.outcome && (
        <section className="border-t pt-4">
          <KeyValues
            layout="rows"
            items={[
              { label: 'Outcome of the call', value: <OutcomeBadge outcome={call.outcome} /> },
              ...(call.reference
                ? [
                    {
                      label: 'Reference',
                      value: (
                        <Link
                          href={`/audit?reference=${encodeURIComponent(call.reference)}`}
                          prefetch={false}
                          className="rounded-sm font-mono text-accent text-xs hover:underline"
                        >
                          {call.reference}
                        </Link>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </section>
      )}
    </div>
  )
}
