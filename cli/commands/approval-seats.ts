import type { Command } from '@/cli/command'
import { delegateApprovals, endDelegation } from '@/lib/approvals/delegation-commands'
import { listDelegations } from '@/lib/approvals/delegation-store'
import { revokeStanding } from '@/lib/approvals/standing-commands'
import { listStanding } from '@/lib/approvals/standing-store'
import { db } from '@/lib/db'
import { deadlineOption, formatDate } from './lookup'

const standing: Command = {
  name: 'approvals standing',
  usage: '[--all]',
  summary: 'Lists what sessions may repeat without asking again; --all also what is over',
  options: { all: { type: 'boolean' } },
  async run(context) {
    const rows = await listStanding(db(), await context.actor(), { all: context.flag('all') })
    context.list(
      rows,
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'IDENTITY', text: ({ identity }) => identity.name },
        { title: 'CONNECTION', text: ({ connection }) => connection.slug },
        { title: 'TOOL', text: ({ target }) => target },
        { title: 'USES', text: ({ uses }) => String(uses) },
        { title: 'UNTIL', text: ({ expiresAt }) => formatDate(expiresAt) },
        { title: 'STATE', text: ({ over }) => over?.replace('_', ' ') ?? 'in force' },
      ],
      ({ identity, connection, target, ...rest }) => ({
        ...rest,
        identity: identity.name,
        connection: connection.slug,
        tool: target,
      }),
    )
    return 0
  },
}

const revoke: Command = {
  name: 'approvals standing revoke',
  usage: 'ID [--as EMAIL] [--reason TEXT]',
  summary: 'The next call of that session asks again',
  arguments: ['ID'],
  options: { reason: { type: 'string' } },
  async run(context) {
    const standingId = context.argument('ID')
    await revokeStanding(await context.actor(), { standingId, reason: context.option('reason') })
    context.show({ standingId }, `${standingId}: revoked`)
    return 0
  },
}

const delegate: Command = {
  name: 'approvals delegate',
  usage: '--to EMAIL --until 7d --reason TEXT [--from EMAIL] [--as EMAIL]',
  summary: 'Lets somebody else decide in the place of a person for a while; they do not pass it on',
  options: {
    to: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    reason: { type: 'string' },
  },
  async run(context) {
    const to = context.requiredOption('to')
    const reason = context.requiredOption('reason')
    context.requiredOption('until')
    const endsAt = deadlineOption(context, 'until')!
    const { id } = await delegateApprovals(await context.actor(), { from: context.option('from'), to, endsAt, reason })
    context.show({ id, to, endsAt }, `${id}: ${to} may decide until ${formatDate(endsAt)} UTC`)
    return 0
  },
}

const delegations: Command = {
  name: 'approvals delegations',
  usage: '[--all]',
  summary: 'Lists who decides in whose place; --all also what is over',
  options: { all: { type: 'boolean' } },
  async run(context) {
    const rows = await listDelegations(db(), await context.actor(), { all: context.flag('all'), now: context.now })
    context.list(
      rows,
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'FROM', text: ({ from }) => from.name },
        { title: 'TO', text: ({ to }) => to.name },
        { title: 'FROM TIME', text: ({ startsAt }) => formatDate(startsAt) },
        { title: 'UNTIL', text: ({ endsAt }) => formatDate(endsAt) },
        { title: 'ENDED BY', text: ({ revokedBy }) => revokedBy ?? '' },
        { title: 'REASON', text: ({ reason }) => reason },
      ],
      ({ from, to, ...rest }) => ({ ...rest, from: from.name, to: to.name }),
    )
    return 0
  },
}

const end: Command = {
  name: 'approvals delegations end',
  usage: 'ID [--as EMAIL]',
  summary: 'Ends a delegation before its time',
  arguments: ['ID'],
  async run(context) {
    const delegationId = context.argument('ID')
    await endDelegation(await context.actor(), { delegationId })
    context.show({ delegationId }, `${delegationId}: ended`)
    return 0
  },
}

export const approvalSeatCommands: readonly Command[] = [standing, revoke, delegate, delegations, end]
