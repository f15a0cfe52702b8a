import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { RemediationStatus, Verdict } from '@/lib/domain'
import { type PersonRef, personRef, visibleIdentities } from '@/lib/identities/store'

export interface PastReview {
  itemId: string
  campaign: { id: string; name: string; dueAt: Date }
  connection: { slug: string; name: string }
  reviewer: PersonRef
  /** Null while it is under review: a verdict that is not signed off is the reviewer's own. */
  signedOff: {
    at: Date
    verdict: Verdict
    keepTools: string[]
    comment: string | null
    decidedBy: string | null
  } | null
  remediation: RemediationStatus | null
}

/** How an identity's access was reviewed, newest first; for whoever may see the identity. */
export async function reviewsOfIdentity({ client }: Db, actor: Actor, identityId: string): Promise<PastReview[]> {
  const rows = await client.campaignItem.findMany({
    where: { identityId, identity: visibleIdentities(actor), campaign: { status: { not: 'cancelled' } } },
    orderBy: [{ campaign: { launchedAt: 'desc' } }, { connection: { slug: 'asc' } }],
    take: 200,
    select: {
      id: true,
      verdict: true,
      keepTools: true,
      comment: true,
      decidedBy: true,
      campaign: { select: { id: true, name: true, dueAt: true } },
      connection: { select: { slug: true, name: true } },
      reviewer: personRef,
      signOff: { select: { at: true } },
      remediation: { select: { status: true } },
    },
  })
  return rows.map(({ id, verdict, keepTools, comment, decidedBy, signOff, remediation, ...row }) => ({
    ...row,
    itemId: id,
    signedOff: signOff && verdict ? { at: signOff.at, verdict, keepTools, comment, decidedBy } : null,
    remediation: remediation?.status ?? null,
  }))
}
