import type { ApprovalCardView, InboxView } from '@/components/approvals/approval-view'
import { Inbox } from '@/components/approvals/inbox'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { listPeople } from '@/lib/identities/store'
import {
  decideAction,
  delegateAction,
  denyStaleAction,
  endDelegationAction,
  escalateAction,
  grantStandingAction,
  revokeStandingAction,
} from './actions'

interface InboxOfProps {
  actor: Actor & { id: string }
  inbox: InboxView
  first: ApprovalCardView | null
  away?: boolean
}

/** The inbox of a person, with what they may do in it. */
export async function InboxOf({ actor, inbox, first, away }: InboxOfProps) {
  const people = await listPeople(db())
  return (
    <Inbox
      drawn={inbox}
      first={first}
      away={away}
      people={people
        .filter(({ id }) => id !== actor.id)
        .map(({ id, name, displayName }) => ({ id, name, displayName }))}
      decisions={{ decide: decideAction, grantStanding: grantStandingAction, escalate: escalateAction }}
      actions={{
        denyStale: denyStaleAction,
        revokeStanding: revokeStandingAction,
        delegate: delegateAction,
        endDelegation: endDelegationAction,
      }}
    />
  )
}
