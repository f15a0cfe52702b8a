import { Play } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatTime } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { KIND_LABEL, MaskBadge, OutcomeBadge, ToolRiskBadge } from '@/components/ui/domain-badges'
import { MaskedText } from '@/components/ui/masked-text'
import { visibleText } from '@/components/ui/visible-text'
import type { ApprovalCardView, TrailCall } from './approval-view'
import { CallArguments } from './call-arguments'

const LINK = 'rounded-sm underline decoration-line-control underline-offset-3 hover:decoration-current'

/** What a decision rests on, in the order in which it is asked. */
export function FiveQuestions({ card }: { card: ApprovalCardView }) {
  const { who, what, why, ledHere, touches } = card
  return (
    <dl className="grid max-w-220 grid-cols-1 gap-y-1 text-sm md:grid-cols-[112px_minmax(0,1fr)] md:gap-y-5">
      <Question label="Who">
        <div className="flex items-center gap-3">
          <Avatar name={who.caller.displayName} kind={who.caller.kind} labelled={false} />
          <div className="min-w-0">
            <p className="break-words text-base">
              <Link href={who.caller.href} prefetch={false} className="rounded-sm font-medium text-ink hover:underline">
                {who.caller.displayName}
              </Link>
            </p>
            <p className="break-words text-ink-3">{whoInWords(card)}</p>
          </div>
        </div>
      </Question>

      <Question label="What">
        <p className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-base">
          <span className="min-w-0 break-all font-medium font-mono text-ink">{visibleText(what.tool)}</span>
          <span>
            on{' '}
            {what.connection.href ? (
              <Link href={what.connection.href} prefetch={false} className="rounded-sm hover:underline">
                {what.connection.name}
              </Link>
            ) : (
              what.connection.name
            )}
          </span>
          <ToolRiskBadge risk={what.risk} />
          {what.method !== 'tools/call' && <Badge mono>{what.method}</Badge>}
        </p>
        <CallArguments key={card.id} view={what.arguments} comparedWith={what.comparedWith} />
      </Question>

      <Question label="Why held">
        <ul className="flex flex-col gap-1">
          {why.rules.map((rule) => (
            <li key={rule.name} className="break-words">
              Rule{' '}
              {rule.href ? (
                <Link href={rule.href} prefetch={false} className={LINK}>
                  {rule.name}
                </Link>
              ) : (
                <span className="font-medium">{rule.name}</span>
              )}
              <span className="text-ink-3">: {rule.words}</span>
            </li>
          ))}
        </ul>
        {why.justification === null ? (
          <p className="mt-1 text-ink-3">The caller gave no reason.</p>
        ) : (
          <blockquote className="mt-1 whitespace-pre-line break-words text-ink-2">
            <span className="text-ink-3">Caller’s reason: </span>“<MaskedText text={why.justification} />”
          </blockquote>
        )}
      </Question>

      <Question label="What led here">
        <Trail calls={ledHere.calls} sessionHref={ledHere.sessionHref} card={card} />
      </Question>

      <Question label="What it touches">
        <p className="break-words leading-6">
          {what.connection.name}, {touches.risk} risk{touches.owner && `, owned by ${touches.owner}`}.{' '}
          {touches.masks.length > 0 ? (
            <>
              The caller gets the result masked for{' '}
              <span className="inline-flex flex-wrap gap-1 align-[-4px]">
                {touches.masks.map((type) => (
                  <MaskBadge key={type} type={type} />
                ))}
              </span>
              .
            </>
          ) : (
            'No mask rule applies to the result.'
          )}{' '}
          <span className="text-ink-3">Runs once, with exactly these arguments, and only while the caller waits.</span>
        </p>
      </Question>
    </dl>
  )
}

function Question({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="pt-0.5 font-medium text-ink-3 text-xs leading-5 max-md:pt-3">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function whoInWords({ who }: ApprovalCardView): string {
  const kind = who.caller.kind === 'human' ? 'Person' : KIND_LABEL[who.caller.kind]
  const facts = [
    who.caller.kind === 'human'
      ? kind
      : `${kind}${who.owner === null ? ' without an owner' : `, owned by ${who.owner}`}`,
    who.groups.length > 0 ? `in ${who.groups.join(', ')}` : null,
    who.client ? `calling with ${visibleText(who.client)}` : null,
  ].filter((fact) => fact !== null)
  return [`${facts.join(', ')}.`, who.record].filter(Boolean).join(' ')
}

function Trail({
  calls,
  sessionHref,
  card,
}: {
  calls: readonly TrailCall[]
  sessionHref: string | null
  card: ApprovalCardView
}) {
  return (
    <>
      <ol className="flex flex-col gap-1.5">
        {calls.map((call) => (
          <TrailRow key={call.id} call={call} />
        ))}
        <li className="grid max-w-150 grid-cols-[66px_minmax(0,1fr)_auto] items-center gap-x-3 md:grid-cols-[66px_minmax(0,152px)_minmax(0,1fr)_auto]">
          <span className="font-mono text-ink-3 text-xs">{formatTime(card.createdAt)}</span>
          <span className="truncate font-medium font-mono text-ink text-xs">{visibleText(card.what.tool)}</span>
          <span className="truncate text-ink-3 max-md:hidden">this call</span>
          <OutcomeBadge outcome="held" />
        </li>
      </ol>
      {calls.length === 0 && <p className="mt-1 text-ink-3">It is the first call of its session.</p>}
      {sessionHref && (
        <p className="mt-2">
          <Link href={sessionHref} prefetch={false} className={`${LINK} inline-flex items-center gap-1.5 text-ink-2`}>
            <Play aria-hidden className="size-3.5" />
            Replay the session
          </Link>
        </p>
      )}
    </>
  )
}

function TrailRow({ call }: { call: TrailCall }) {
  const tool = <span className="truncate font-mono text-ink text-xs">{visibleText(call.tool)}</span>
  return (
    <li className="grid max-w-150 grid-cols-[66px_minmax(0,1fr)_auto] items-center gap-x-3 md:grid-cols-[66px_minmax(0,152px)_minmax(0,1fr)_auto]">
      <span className="font-mono text-ink-3 text-xs">{formatTime(call.at)}</span>
      {call.href ? (
        <Link href={call.href} prefetch={false} className="flex min-w-0 rounded-sm hover:underline">
          {tool}
        </Link>
      ) : (
        tool
      )}
      <span className="truncate text-ink-3 max-md:hidden">
        {call.times > 1 && `${call.times} times: `}
        <MaskedText text={call.gist} />
      </span>
      {call.outcome === 'allowed' && call.masked > 0 ? (
        <Badge tone="mask">masked {call.masked.toLocaleString('en-US')}</Badge>
      ) : (
        <OutcomeBadge outcome={call.outcome} />
      )}
    </li>
  )
}
