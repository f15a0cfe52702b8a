import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { formatDate, formatShare, plural } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import { CampaignStatusBadge } from '@/components/ui/domain-badges'
import { CampaignProgress } from './campaign-progress'
import type { CampaignSummary } from './campaign-summary'
import { DaysLeft } from './days-left'

const CELL = 'h-14 border-b px-4 py-2 align-middle group-last:border-0'
const HEAD = 'h-9 border-b px-4 text-left font-medium text-ink-3 text-xs'

interface CampaignListProps {
  label: string
  campaigns: readonly (CampaignSummary & { href: string })[]
}

/** Campaigns as a table: how far each is and how long there is. */
export function CampaignList({ label, campaigns }: CampaignListProps) {
  return (
    <div className="overflow-hidden rounded-lg border">
      <table className="w-full border-separate border-spacing-0 text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className={HEAD}>
              Campaign
            </th>
            <th scope="col" className={classNames(HEAD, 'w-[34%] max-sm:hidden')}>
              Decided
            </th>
            <th scope="col" className={classNames(HEAD, 'w-36 max-lg:hidden')}>
              Removals
            </th>
            <th scope="col" className={classNames(HEAD, 'w-40 text-right')}>
              Deadline
            </th>
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => (
            <tr key={campaign.id} className="group relative transition-colors duration-120 hover:bg-hover">
              <th scope="row" className={classNames(CELL, 'text-left font-normal')}>
                <Link
                  href={campaign.href}
                  className="font-medium text-ink outline-none after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
                >
                  {campaign.name}
                </Link>
                <span className="block text-ink-3 text-xs max-sm:hidden">
                  {plural(campaign.items, 'item')}, started {formatDate(campaign.launchedAt)}
                </span>
                <span className="mt-1.5 block sm:hidden">
                  <CampaignProgress campaign={campaign} />
                </span>
              </th>
              <td className={classNames(CELL, 'max-sm:hidden')}>
                <span className="flex items-center gap-3">
                  <CampaignProgress campaign={campaign} className="flex-1" />
                  <span className="w-28 shrink-0 text-right text-ink-2 text-xs">
                    {campaign.decided} of {campaign.items}, {formatShare(campaign.decided, campaign.items)}
                  </span>
                </span>
              </td>
              <td className={classNames(CELL, 'whitespace-nowrap text-ink-2 max-lg:hidden')}>
                <Removals campaign={campaign} />
              </td>
              <td className={classNames(CELL, 'whitespace-nowrap text-right text-ink-2')}>
                {campaign.status === 'open' ? (
                  <DaysLeft dueAt={campaign.dueAt} />
                ) : (
                  <span className="inline-flex items-center gap-2">
                    {campaign.closedAt && (
                      <span className="text-ink-3 text-xs max-sm:hidden">{formatDate(campaign.closedAt)}</span>
                    )}
                    <CampaignStatusBadge status={campaign.status} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Removals({ campaign }: { campaign: CampaignSummary }) {
  if (campaign.failed > 0)
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-no">
        <TriangleAlert aria-hidden className="size-3.5" />
        {campaign.failed} failed
      </span>
    )
  if (campaign.unproven > 0) return `${campaign.unproven} not proven yet`
  return campaign.proven === 0 ? <span className="text-ink-3">none</span> : `${campaign.proven} proven`
}
