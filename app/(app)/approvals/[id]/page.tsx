import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Page } from '@/components/shell/page'
import { requireActor } from '@/lib/auth'
import { NotFound } from '@/lib/errors'
import { InboxOf } from '../inbox-of'
import { readCard, readInbox } from '../read'

export const metadata: Metadata = { title: 'Held call' }

/** One held call by its link, as a notification or a refusal names it; the rest of the inbox is beside it. */
export default async function ApprovalPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireActor()
  const { id } = await params
  const [card, inbox] = await Promise.all([
    readCard(actor, id).catch((error: unknown) => {
      if (error instanceof NotFound) notFound()
      throw error
    }),
    readInbox(actor),
  ])
  return (
    <Page layout="fill" crumbs={[{ label: 'Approvals', href: '/approvals' }, { label: card.what.tool }]}>
      <InboxOf actor={actor} inbox={inbox} first={card} />
    </Page>
  )
}
