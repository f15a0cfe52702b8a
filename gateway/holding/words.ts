import type { Requirement } from '@/lib/approvals/approval'
import type { ApproverSet } from '@/lib/domain'

const list = (items: readonly string[], last: string): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`

function namesOf({ people, groups, connectionOwner }: ApproverSet): string {
  const names = [
    ...people,
    ...groups.map((group) => `the group ${group}`),
    ...(connectionOwner ? ['the owner of the connection'] : []),
  ]
  return list(names, 'or')
}

/** Whom a call waits for, in one sentence for whoever made it. */
export function waitingFor(requirements: readonly Requirement[]): string {
  const seats = requirements.map(({ approvers, quorum }) =>
    quorum === 1 ? namesOf(approvers) : `${quorum} of ${namesOf(approvers)}`,
  )
  return `Waiting for approval by ${list([...new Set(seats)], 'and by')}.`
}
