import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { ApprovalStatus } from '@/lib/approvals/approval'
import type { ApprovalView, RequirementView } from '@/lib/approvals/approval-view'
import { type DecidedApproval, decideApproval, grantStanding } from '@/lib/approvals/commands'
import { escalateApproval } from '@/lib/approvals/escalation-commands'
import { type ApprovalDetail, getApproval, listApprovals } from '@/lib/approvals/inbox-store'
import { db } from '@/lib/db'
import { formatDate } from './lookup'
import { collect, limitOption } from './since'

const STATUSES = ['open', 'ended', ...ApprovalStatus.options] as const

const list: Command = {
  name: 'approvals list',
  usage: '[--status open|ended|STATUS|all] [--mine] [--limit N]',
  summary: 'Lists held calls, those that end first first; --mine shows what waits for the person named with --as',
  options: { status: { type: 'string' }, mine: { type: 'boolean' }, limit: { type: 'string' } },
  async run(context) {
    const status = statusOption(context)
    const limit = limitOption(context, 100)
    const actor = await context.actor()
    const approvals = await collect(context, limit, async (cursor, size) => {
      const page = await listApprovals(db(), actor, { status, mine: context.flag('mine'), cursor, limit: size })
      return { rows: page.approvals, nextCursor: page.nextCursor }
    })
    context.list(
      approvals,
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'STATUS', text: ({ status: is, waiting }) => (waiting ? `${is}, client waits` : is) },
        { title: 'IDENTITY', text: ({ identity }) => identity.name },
        { title: 'CONNECTION', text: ({ connection }) => connection.slug },
        { title: 'TOOL', text: ({ target }) => target },
        { title: 'APPROVED', text: ({ requirements }) => requirements.map(seatsText).join(', ') },
        { title: 'EXPIRES', text: ({ expiresAt }) => formatDate(expiresAt) },
        { title: 'ARGUMENTS', text: ({ argumentsMasked }) => shortened(argumentsMasked) },
      ],
      flat,
    )
    return 0
  },
}

const show: Command = {
  name: 'approvals show',
  usage: 'ID',
  summary: 'One held call: who asks for what, why it is held, who may decide and who has',
  arguments: ['ID'],
  async run(context) {
    const actor = await context.actor()
    const approval = await getApproval(db(), actor, context.argument('ID'))
    context.show(flat(approval), describeApproval(approval))
    return 0
  },
}

const approve: Command = {
  name: 'approvals approve',
  usage: 'ID --as EMAIL [--reason TEXT] [--standing MINUTES]',
  summary: 'Lets the held call run once; with --standing its session may repeat it, where its rules allow that',
  arguments: ['ID'],
  options: { reason: { type: 'string' }, standing: { type: 'string' } },
  async run(context) {
    const approvalId = context.argument('ID')
    const minutes = context.option('standing')
    if (minutes !== undefined && !/^\d{1,3}$/.test(minutes))
      throw new UsageError('--standing takes whole minutes, 1 to 60')
    const reason = context.option('reason')
    const actor = await context.actor()
    const decided =
      minutes === undefined
        ? await decideApproval(actor, { approvalId, verdict: 'approve', reason })
        : await grantStanding(actor, { approvalId, minutes: Number(minutes), reason })
    context.show(decided, `${approvalId}: ${outcomeText(decided)}`)
    if (minutes !== undefined && decided.status === 'approved' && decided.standing === null)
      context.warn('it may run once: not everybody who approved let the session repeat it')
    return 0
  },
}

const deny: Command = {
  name: 'approvals deny',
  usage: 'ID --as EMAIL [--reason TEXT]',
  summary: 'Refuses the held call, also where others have approved it, as long as it has not run',
  arguments: ['ID'],
  options: { reason: { type: 'string' } },
  async run(context) {
    const approvalId = context.argument('ID')
    const actor = await context.actor()
    const decided = await decideApproval(actor, { approvalId, verdict: 'deny', reason: context.option('reason') })
    context.show(decided, `${approvalId}: denied`)
    return 0
  },
}

const escalate: Command = {
  name: 'approvals escalate',
  usage: 'ID [--as EMAIL] [--reason TEXT]',
  summary: 'Asks at once whom its rules would ask later',
  arguments: ['ID'],
  options: { reason: { type: 'string' } },
  async run(context) {
    const approvalId = context.argument('ID')
    const { rules } = await escalateApproval(await context.actor(), { approvalId, reason: context.option('reason') })
    context.show({ approvalId, rules }, `${approvalId}: escalated by ${rules.join(', ')}`)
    return 0
  },
}

export const approvalCommands: readonly Command[] = [list, show, approve, deny, escalate]

function statusOption(context: CommandContext): (typeof STATUSES)[number] | undefined {
  const given = context.option('status') ?? 'open'
  if (given === 'all') return undefined
  const status = STATUSES.find((known) => known === given)
  if (status === undefined) throw new UsageError(`--status is all or one of ${STATUSES.join(', ')}`)
  return status
}

const outcomeText = ({ status, standing }: DecidedApproval): string => {
  if (standing !== null) return `approved, and may be repeated until ${formatDate(standing.expiresAt)} UTC`
  return status === 'pending' ? 'your approval counts; more people have to approve' : status
}

const seatsText = ({ approved, quorum }: RequirementView): string => `${approved}/${quorum}`

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** Names in place of what they are, as the other lists have them. */
const flat = <View extends ApprovalView>({ identity, owner, connection, target, ...rest }: View) => ({
  ...rest,
  identity: identity.name,
  kind: identity.kind,
  owner: owner?.name ?? null,
  connection: connection.slug,
  tool: target,
})

function describeApproval(one: ApprovalDetail): string {
  const asks = `${one.identity.name}${one.owner === null ? '' : ` (of ${one.owner.name})`}`
  return [
    `${one.id}  ${one.status}${one.waiting ? ', a client waits' : ''}`,
    `${asks} asks for ${one.target} on ${one.connection.slug} (${one.risk}), until ${formatDate(one.expiresAt)} UTC`,
    `  arguments  ${one.argumentsMasked}`,
    ...(one.lastApproved === null ? [] : [`  last time  ${one.lastApproved.argumentsMasked}`]),
    ...(one.justification === null ? [] : [`  says       ${one.justification}`]),
    ...one.requirements.flatMap(describeRequirement),
    ...one.votes.map(
      ({ person, verdict, reason, at }) =>
        `  ${formatDate(at)}  ${person.name}: ${verdict}${reason === null ? '' : `, ${reason}`}`,
    ),
    ...(one.endReason === null ? [] : [`  ended: ${one.endReason}`]),
  ].join('\n')
}

const describeRequirement = ({ ruleName, approved, quorum, seats, unreachable }: RequirementView): string[] => [
  `  ${ruleName}: ${approved} of ${quorum} approved${unreachable ? ', and fewer than that may' : ''}`,
  ...seats.map(
    ({ person, because, approvedBy }) => `    ${approvedBy === null ? ' ' : '✓'} ${person.name} (${because})`,
  ),
]
