import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { CampaignActions } from '@/components/campaigns/campaign-actions'
import { CampaignProgress } from '@/components/campaigns/campaign-progress'
import { DaysLeft } from '@/components/campaigns/days-left'
import { RemediationBoard } from '@/components/campaigns/remediation-board'
import { scopeInWords } from '@/components/campaigns/scope-in-words'
import { ShareTable } from '@/components/campaigns/share-table'
import { SignOffList } from '@/components/campaigns/sign-off-list'
import { formatWeekday } from '@/components/format'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { CampaignStatusBadge } from '@/components/ui/domain-badges'
import { KeyValues } from '@/components/ui/key-values'
import { PageHeader } from '@/components/ui/page-header'
import { Card, Columns, Section } from '@/components/ui/section'
import { StatCard, StatRow } from '@/components/ui/stat-card'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { type CampaignDetail, getCampaign } from '@/lib/campaigns/store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { cancelCampaignAction, extendCampaignAction } from '../actions'
import { toBoardView, toCampaignSummary, toSignOff } from '../campaign-views'

interface Props {
  params: Promise<{ campaignId: string }>
}

const readCampaign = cache(async (campaignId: string) => {
  const actor = await requireActor()
  try {
    return { actor, campaign: await getCampaign(db(), actor, campaignId, new Date()) }
  } catch (error) {
    if (error instanceof NotFound) notFound()
    throw error
  }
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { campaign } = await readCampaign((await params).campaignId)
  return { title: campaign.name }
}

export default async function CampaignPage({ params }: Props) {
  const { actor, campaign } = await readCampaign((await params).campaignId)
  const summary = toCampaignSummary(campaign)
  const reviews = campaign.reviewers.some(({ reviewer }) => reviewer.id === actor.id)
  return (
    <Page crumbs={[{ label: 'Campaigns', href: '/campaigns' }, { label: campaign.name }]}>
      <PageHeader
        title={campaign.name}
        badge={<CampaignStatusBadge status={campaign.status} />}
        sub={<Deadline campaign={campaign} />}
        actions={
          <>
            {campaign.status === 'open' && hasRole(actor, 'admin') && (
              <CampaignActions campaign={summary} extend={extendCampaignAction} cancel={cancelCampaignAction} />
            )}
            {reviews && (
              <ButtonLink href={`/reviews/${campaign.id}`} variant="primary">
                Open my review
              </ButtonLink>
            )}
          </>
        }
      />
      <Numbers campaign={campaign} unproven={summary.unproven} />
      <CampaignProgress campaign={summary} legend />
      <RemediationBoard
        initial={campaign.remediationBoard.map(toBoardView)}
        href={`/campaigns/${campaign.id}/remediations`}
        empty="Nothing has been revoked or reduced yet. Every removal is followed here until it is proven."
      />
      <Columns>
        <Section title="By reviewer">
          <ShareTable
            label="Progress by reviewer"
            of="Reviewer"
            shares={campaign.reviewers.map(({ reviewer, ...share }) => ({
              id: reviewer.id,
              label: reviewer.displayName,
              ...share,
            }))}
          />
        </Section>
        <Section title="By connection">
          <ShareTable
            label="Progress by connection"
            of="Connection"
            shares={campaign.connections.map(({ connection, ...share }) => ({
              id: connection.id,
              label: connection.name,
              ...share,
            }))}
          />
        </Section>
      </Columns>
      {campaign.signOffs.length > 0 && (
        <Section title="Sign-offs" aside={campaign.signOffs.length}>
          <SignOffList signOffs={campaign.signOffs.map(toSignOff)} />
        </Section>
      )}
      {campaign.abstained.length > 0 && (
        <Section
          title="Nobody would decide"
          aside={campaign.abstained.length}
          description="Signed off without a verdict: this access stays as it was."
        >
          <Card>
            <ul className="flex flex-col gap-1 text-ink-2 text-sm">
              {campaign.abstained.map((item) => (
                <li key={item.itemId}>
                  <span className="font-medium text-ink">{item.identity}</span> on {item.connection}
                  {item.comment && `: “${item.comment}”`}
                </li>
              ))}
            </ul>
          </Card>
        </Section>
      )}
      <Section title="What was asked for">
        <Card>
          <KeyValues
            items={[
              { label: 'Scope', value: scopeInWords(campaign.scope) },
              { label: 'Fallback', value: campaign.fallback.name },
              {
                label: 'Undecided at the deadline',
                value: campaign.onSilence === 'revoke' ? 'is revoked' : 'stays open, as overdue',
              },
              {
                label: 'Started',
                value: `${formatWeekday(campaign.launchedAt)} by ${campaign.createdBy.replace(/^user:/, '')}`,
              },
            ]}
          />
        </Card>
      </Section>
    </Page>
  )
}

function Deadline({ campaign }: { campaign: CampaignDetail }) {
  if (campaign.status !== 'open')
    return (
      campaign.closedAt &&
      `${campaign.status === 'completed' ? 'Completed' : 'Cancelled'} ${formatWeekday(campaign.closedAt)}`
    )
  return (
    <>
      Due {formatWeekday(campaign.dueAt)}, <DaysLeft dueAt={campaign.dueAt.toISOString()} />
    </>
  )
}

function Numbers({ campaign, unproven }: { campaign: CampaignDetail; unproven: number }) {
  const { remediations, items, decided, signedOff } = campaign
  const removals = unproven + remediations.verified
  return (
    <StatRow>
      <StatCard label="Items" value={items} sub={`${campaign.reviewers.length} asked`} />
      <StatCard
        label="Undecided"
        value={items - decided}
        tone={campaign.overdue && decided < items ? 'no' : 'default'}
      />
      <StatCard label="Signed off" value={signedOff} sub={`${decided - signedOff} decided, not signed`} />
      <StatCard
        label="Removals proven"
        value={`${remediations.verified} of ${removals}`}
        sub={
          remediations.failed > 0 ? `${remediations.failed} failed` : removals === 0 ? 'none asked for yet' : undefined
        }
        tone={remediations.failed > 0 ? 'no' : 'default'}
      />
    </StatRow>
  )
}
