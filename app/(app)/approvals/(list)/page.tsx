import type { Metadata } from 'next'
import { Page } from '@/components/shell/page'
import { requireActor } from '@/lib/auth'
import { InboxOf } from '../inbox-of'
import { readCard, readInbox } from '../read'

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage({ searchParams }: { searchParams: Promise<{ away?: string }> }) {
  const actor = await requireActor()
  const { away } = await searchParams
  const inbox = await readInbox(actor)
  const first = inbox.waiting.find(({ yours }) => yours) ?? inbox.waiting[0]
  return (
    <Page layout="fill" crumbs={[{ label: 'Approvals' }]}>
      <InboxOf
        actor={actor}
        inbox={inbox}
        first={first ? await readCard(actor, first.id) : null}
        away={away !== undefined}
      />
    </Page>
  )
}
