import { Flag, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { z } from 'zod'
import { CampaignList } from '@/components/campaigns/campaign-list'
import { plural } from '@/components/format'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tabs'
import { type Actor, hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { listCampaigns } from '@/lib/campaigns/store'
import { db } from '@/lib/db'
import { CampaignStatus } from '@/lib/domain'
import { toCampaignSummary } from '../campaign-views'

export const metadata: Metadata = { title: 'Campaigns' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const Params = z.object({ status: CampaignStatus.nullable().catch(null).default(null) })

const TABS = [
  { status: null, label: 'All', href: '/campaigns' },
  { status: 'open', label: 'Open', href: '/campaigns?status=open' },
  { status: 'completed', label: 'Completed', href: '/campaigns?status=completed' },
  { status: 'cancelled', label: 'Cancelled', href: '/campaigns?status=cancelled' },
] as const

export default async function CampaignsPage({ searchParams }: Props) {
  const actor = await requireActor()
  const { status } = Params.parse(await searchParams)
  const campaigns = await listCampaigns(db(), actor, new Date())
  const shown = status === null ? campaigns : campaigns.filter((campaign) => campaign.status === status)
  const count = (which: CampaignStatus | null) =>
    which === null ? campaigns.length : campaigns.filter((campaign) => campaign.status === which).length
  return (
    <Page crumbs={[{ label: 'Campaigns' }]}>
      <PageHeader
        title="Campaigns"
        sub="Who may do what is asked again, decided, enforced, and proven."
        actions={campaigns.length > 0 && <NewCampaign actor={actor} />}
      />
      {campaigns.length > 0 && (
        <TabLinks
          label="Which campaigns"
          items={TABS.map((tab) => ({
            href: tab.href,
            label: tab.label,
            count: count(tab.status),
            current: tab.status === status,
          }))}
        />
      )}
      {shown.length > 0 ? (
        <CampaignList
          label="Campaigns"
          campaigns={shown.map((campaign) => ({ ...toCampaignSummary(campaign), href: `/campaigns/${campaign.id}` }))}
        />
      ) : (
        <EmptyState
          icon={<Flag aria-hidden />}
          title={status === null ? 'No campaigns yet' : `No ${status} campaigns`}
          action={
            status === null ? (
              <NewCampaign actor={actor} />
            ) : (
              <ButtonLink href="/campaigns">Show all {plural(campaigns.length, 'campaign')}</ButtonLink>
            )
          }
        >
          A campaign freezes who can reach what, asks the right people about it, and follows every removal until a probe
          through each gateway is refused.
        </EmptyState>
      )}
    </Page>
  )
}

function NewCampaign({ actor }: { actor: Actor }) {
  if (!hasRole(actor, 'admin')) return null
  return (
    <ButtonLink href="/campaigns/new" variant="primary" icon={<Plus aria-hidden />}>
      New campaign
    </ButtonLink>
  )
}
