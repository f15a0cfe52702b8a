import type { Metadata } from 'next'
import { FirstSteps } from '@/components/overview/first-steps'
import { Greeting } from '@/components/overview/greeting'
import { Highlights } from '@/components/overview/highlights'
import { isNothing, NeedsYouCard, waitingInWords } from '@/components/overview/needs-you'
import { ConnectionsCard, OutcomesCard, Posture } from '@/components/overview/posture'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { findIdentity } from '@/lib/identities/store'
import { readOverview } from './read'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage() {
  const actor = await requireActor()
  const [me, overview] = await Promise.all([findIdentity(db(), actor.id), readOverview(actor, new Date())])
  const [given = 'there'] = me?.displayName.split(/[\s@]/) ?? []
  const firstName = given.charAt(0).toUpperCase() + given.slice(1)
  const { needs, posture, outcomes, highlights, connections, firstSteps } = overview
  return (
    <Page crumbs={[{ label: 'Overview' }]}>
      <PageHeader
        title={<Greeting firstName={firstName} />}
        sub={firstSteps ? 'No call has passed yet. Four steps to the first one.' : waitingInWords(needs)}
      />
      {firstSteps && <FirstSteps steps={firstSteps} />}
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-6">
          {!(firstSteps && isNothing(needs)) && (
            <Section title="Needs you">
              <NeedsYouCard needs={needs} />
            </Section>
          )}
          {!(firstSteps && highlights.length === 0) && (
            <Section title="Last things that mattered">
              <Highlights highlights={highlights} />
            </Section>
          )}
        </div>
        {!firstSteps && (
          <div className="flex min-w-0 flex-col gap-4">
            <Section title="Posture">
              <Posture numbers={posture} />
            </Section>
            <OutcomesCard days={outcomes} />
            {connections.length > 0 && <ConnectionsCard connections={connections} />}
          </div>
        )}
      </div>
    </Page>
  )
}
