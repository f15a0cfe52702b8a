'use client'

import { Ban, Check, CirclePause, KeyRound, Lock, Undo2, Users } from 'lucide-react'
import Link from 'next/link'
import { formatDate, formatNumber, formatUtc, plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ExpiredBadge, ToolRiskBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import { RowIcon } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import type { AccessActions } from './access-actions'
import type { ExclusionFacts, GrantFacts, ToolFacts } from './access-path'
import { ReasonDialog } from './reason-dialog'

interface GrantItemProps {
  grant: GrantFacts
  revokeGrant: AccessActions['revokeGrant']
}

export function GrantItem({ grant, revokeGrant }: GrantItemProps) {
  const { run, pending, failure, problemOf } = useAction(revokeGrant, { success: 'Grant revoked' })
  return (
    <li className="flex gap-3 px-4 py-3">
      <RowIcon>{grant.group ? <Users /> : <KeyRound />}</RowIcon>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-1.5">
          <span className="font-medium text-ink">{grant.reason || 'No reason given'}</span>
          {grant.expired && <ExpiredBadge />}
        </p>
        <p className="break-words font-mono text-ink-2 text-xs leading-5">{grant.tools.join(', ')}</p>
        <p className="text-ink-3 text-xs">
          {grant.group ? `through the group ${grant.group.name}, ${plural(grant.group.members, 'member')}` : 'direct'},{' '}
          given by {grant.grantedBy} on <time title={formatUtc(grant.createdAt)}>{formatDate(grant.createdAt)}</time>,{' '}
          {grant.until ? (
            <>
              {grant.expired ? 'ended' : 'until'} <time title={formatUtc(grant.until)}>{formatDate(grant.until)}</time>
            </>
          ) : (
            'without end'
          )}
        </p>
      </div>
      {grant.mayRevoke && (
        <ReasonDialog
          trigger={
            <Button size="sm" variant="danger">
              Revoke
            </Button>
          }
          title="Revoke this grant?"
          description={grant.consequence}
          confirmLabel={grant.group ? `Revoke for ${plural(grant.group.members, 'member')}` : 'Revoke this grant'}
          pending={pending}
          failure={failure?.message ?? null}
          problem={problemOf('reason')}
          onConfirm={(reason) => run({ grantId: grant.id, reason })}
        />
      )}
    </li>
  )
}

interface ExclusionItemProps {
  exclusion: ExclusionFacts
  liftExclusion: AccessActions['liftExclusion']
}

export function ExclusionItem({ exclusion, liftExclusion }: ExclusionItemProps) {
  const { run, pending, failure, problemOf } = useAction(liftExclusion, { success: 'Exclusion lifted' })
  const { campaign } = exclusion
  return (
    <li className="flex gap-3 px-4 py-3">
      <RowIcon tone="no">
        <Ban />
      </RowIcon>
      <div className="min-w-0 flex-1">
        <p className="font-medium text-ink">
          {exclusion.except.length === 0 ? 'Everything is taken away' : `Reduced to ${exclusion.except.join(', ')}`}
        </p>
        {exclusion.reason && <p className="break-words text-ink-2">{exclusion.reason}</p>}
        <p className="text-ink-3 text-xs">
          {campaign ? (
            <>
              decided in{' '}
              {campaign.href ? (
                <Link href={campaign.href} className="rounded-sm text-accent hover:underline">
                  {campaign.name}
                </Link>
              ) : (
                campaign.name
              )}
              {campaign.decidedBy && ` by ${campaign.decidedBy}`}
            </>
          ) : (
            `by ${exclusion.createdBy}`
          )}
          , <time title={formatUtc(exclusion.createdAt)}>{formatDate(exclusion.createdAt)}</time>. Beats every grant
          until somebody lifts it.
        </p>
      </div>
      {exclusion.mayLift && (
        <ReasonDialog
          trigger={
            <Button size="sm" icon={<Undo2 aria-hidden />}>
              Lift
            </Button>
          }
          title="Lift this exclusion?"
          description="What a review decided no longer holds: every grant above takes effect again at once. Your name and reason stay on record."
          confirmLabel="Lift it and let the grants act again"
          required
          pending={pending}
          failure={failure?.message ?? null}
          problem={problemOf('reason')}
          onConfirm={(reason) => run({ exclusionId: exclusion.id, reason })}
        />
      )}
    </li>
  )
}

export function VerdictIcon({ effect }: { effect: ToolFacts['effect'] }) {
  const look = 'mt-[3px] size-3.5 shrink-0'
  if (effect === 'deny') return <Ban aria-hidden className={`${look} text-no`} />
  if (effect === 'hold') return <CirclePause aria-hidden className={`${look} text-hold`} />
  return <Check aria-hidden className={`${look} text-ok`} />
}

/** What the one decision function says about each tool now, beside what was really called. */
export function ToolVerdicts({ tools }: { tools: readonly ToolFacts[] }) {
  const masks = commonMasks(tools)
  return (
    <>
      {masks !== null && masks.length > 0 && (
        <p className="mb-2.5 flex flex-wrap items-center gap-1.5 text-ink-2">
          <span>Answers are masked:</span>
          <MaskBadges types={masks} />
        </p>
      )}
      <VerdictTable tools={tools} showMasks={masks === null} />
    </>
  )
}

/** The masks of every tool that passes, when they are the same for all: said once then. Null when they differ. */
function commonMasks(tools: readonly ToolFacts[]): string[] | null {
  const passing = tools.filter((tool) => tool.refusedBy === null)
  const first = passing[0]?.masks ?? []
  return passing.every((tool) => tool.masks.join() === first.join()) ? first : null
}

export const MaskBadges = ({ types }: { types: readonly string[] }) =>
  types.map((type) => (
    <Badge key={type} tone="mask" icon={<Lock aria-hidden />}>
      {type.replaceAll('_', ' ')}
    </Badge>
  ))

function VerdictTable({ tools, showMasks }: { tools: readonly ToolFacts[]; showMasks: boolean }) {
  return (
    <section
      aria-label="Tools"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border"
    >
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Each tool, what would happen on a call, and how often it was called</caption>
        <thead>
          <tr className="text-ink-3 text-xs">
            {['Tool', 'Risk', 'A call now', 'Calls, 90 d'].map((header) => (
              <th key={header} scope="col" className="h-9 whitespace-nowrap px-3 font-medium last:text-right">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tools.map((tool) => (
            <tr key={tool.name} className="border-t align-top">
              <th scope="row" className="border-t px-3 py-2 font-medium font-mono text-xs leading-5">
                {tool.name}
              </th>
              <td className="border-t px-3 py-2">
                <ToolRiskBadge risk={tool.risk} />
              </td>
              <td className="border-t px-3 py-2">
                <span className="flex items-start gap-1.5">
                  <VerdictIcon effect={tool.effect} />
                  <span className={tool.refusedBy === null ? 'text-ink-2' : 'text-no'}>{tool.why}</span>
                </span>
                {showMasks && tool.masks.length > 0 && (
                  <span className="mt-1 flex flex-wrap gap-1 pl-5">
                    <MaskBadges types={tool.masks} />
                  </span>
                )}
              </td>
              <td className="whitespace-nowrap border-t px-3 py-2 text-right">
                {tool.calls === 0 ? (
                  <span className="text-ink-3">never</span>
                ) : (
                  <>
                    {formatNumber(tool.calls)}
                    {tool.lastUsedAt && <RelativeTime at={tool.lastUsedAt} className="block text-ink-3 text-xs" />}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
