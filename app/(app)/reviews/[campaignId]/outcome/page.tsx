import type { Metadata } from 'next'
import { RemediationBoard } from '@/components/campaigns/remediation-board'
import { SignOffList } from '@/components/campaigns/sign-off-list'
import { plural } from '@/components/format'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { signOffs as readSignOffs } from '@/lib/campaigns/detail-store'
import { campaignRemediations } from '@/lib/campaigns/store'
import type { ReviewQueue } from '@/lib/campaigns/workbench-store'
import { db } from '@/lib/db'
import { toBoardView, toSignOff } from '../../../campaigns/campaign-views'
import { readQueue } from '../read'

interface Props {
  params: Promise<{ campaignId: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { queue } = await readQueue((await params).campaignId)
  return { title: `Outcome of ${queue.campaign.name}` }
}

/** What the viewer's sign-offs did, followed until every gateway has proven it. */
export default async function OutcomePage({ params }: Props) {
  const { campaignId } = await params
  const { actor, queue } = await readQueue(campaignId)
  const [remediations, signOffs] = await Promise.all([
    campaignRemediations(db(), actor, campaignId, { mine: true }),
    readSignOffs(db(), campaignId, actor.id),
  ])
  const { campaign } = queue
  return (
    <Page
      crumbs={[
        { label: 'Reviews', href: '/reviews' },
        { label: campaign.name, href: `/reviews/${campaign.id}` },
        { label: 'Outcome' },
      ]}
    >
      <PageHeader
        title="What your review did"
        sub={`${campaign.name}, ${inWords(queue)}`}
        actions={<ButtonLink href={`/reviews/${campaign.id}`}>Back to the queue</ButtonLink>}
      />
      <StillOpen queue={queue} />
      <RemediationBoard
        initial={remediations.map(toBoardView)}
        href={`/campaigns/${campaign.id}/remediations?mine`}
        empty="Nothing was revoked or reduced, so there is nothing to enforce."
      />
      {signOffs.length > 0 && (
        <Section title="Signed off by you">
          <SignOffList signOffs={signOffs.map(toSignOff)} />
        </Section>
      )}
    </Page>
  )
}

function inWords({ items }: ReviewQueue): string {
  const signed = items.filter((item) => item.signedOff).length
  return signed === items.length
    ? `all ${plural(signed, 'item')} signed off`
    : `${signed} of ${plural(items.length, 'item')} signed off`
}

function StillOpen({ queue }: { queue: ReviewQueue }) {
  const open = queue.items.filter((item) => !item.signedOff)
  const undecided = open.filter((item) => item.verdict === null).length
  if (open.length === 0 || queue.campaign.status !== 'open') return null
  return (
    <Callout
      title={
        undecided > 0
          ? `${plural(undecided, 'access', 'accesses')} still to decide`
          : `${plural(open.length, 'verdict')} still to sign off`
      }
      action={
        <ButtonLink size="sm" href={`/reviews/${queue.campaign.id}?show=undecided`}>
          Go on
        </ButtonLink>
      }
    >
      {open.length === 1 ? 'It takes' : 'They take'} effect when you sign off.
    </Callout>
  )
}
