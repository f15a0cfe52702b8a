import { type Command, UsageError } from '@/cli/command'
import { db } from '@/lib/db'
import { addGrant, revokeGrant } from '@/lib/policies/commands'
import { type GrantListItem, listGrants } from '@/lib/policies/grant-store'
import { warnLagging } from './lagging'
import { connectionNamed, deadlineOption, formatDate, subjectNamed } from './lookup'

const SCOPE = { subject: { type: 'string' }, connection: { type: 'string' } } as const

const add: Command = {
  name: 'grant add',
  usage: '--subject NAME|group:NAME --connection SLUG --tools GLOB[,GLOB] [--until DATE] [--reason TEXT]',
  summary: 'Lets an identity or a group use tools; refused where a review has taken the access away',
  options: {
    ...SCOPE,
    tools: { type: 'string', multiple: true },
    until: { type: 'string' },
    reason: { type: 'string' },
  },
  async run(context) {
    const [subject, connection] = [context.requiredOption('subject'), context.requiredOption('connection')]
    const tools = splitTools(context.options('tools'))
    if (tools.length === 0) throw new UsageError('--tools is needed, such as --tools "get_*,search"')
    const actor = await context.actor()
    const until = deadlineOption(context, 'until')
    const { result, lagging } = await addGrant(actor, {
      ...(await subjectNamed(subject)),
      connectionId: (await connectionNamed(connection)).id,
      tools,
      until,
      reason: context.option('reason'),
    })
    context.show({ ...result, subject, connection, tools, until }, `granted ${result.id}`)
    for (const { campaignItemId } of result.stillExcluded) {
      context.warn(`a member stays kept out by review item ${campaignItemId ?? 'of an exclusion'}`)
    }
    warnLagging(context, lagging)
    return 0
  },
}

const revoke: Command = {
  name: 'grant revoke',
  usage: 'ID [--reason TEXT] | --subject NAME --connection SLUG [--reason TEXT]',
  summary: 'Ends a grant, or all of a subject on a connection',
  arguments: ['ID?'],
  options: { ...SCOPE, reason: { type: 'string' } },
  async run(context) {
    const id = context.optionalArgument('ID')
    const actor = await context.actor()
    const ids = id === undefined ? await grantsOf(context) : [id]
    if (ids.length === 0) throw new UsageError('there is no such grant')
    const behind = new Set<string>()
    for (const grantId of ids) {
      const { lagging } = await revokeGrant(actor, { grantId, reason: context.option('reason') })
      for (const gateway of lagging) behind.add(gateway)
    }
    context.show({ revoked: ids }, `revoked ${ids.join(', ')}`)
    warnLagging(context, [...behind])
    return 0

    async function grantsOf({ requiredOption }: typeof context): Promise<string[]> {
      const subject = await subjectNamed(requiredOption('subject'))
      const connectionId = (await connectionNamed(requiredOption('connection'))).id
      return (await listGrants(db(), actor, { ...subject, connectionId }, context.now)).map((grant) => grant.id)
    }
  },
}

const list: Command = {
  name: 'grant list',
  usage: '[--subject NAME|group:NAME] [--connection SLUG] [--all]',
  summary: 'Lists grants; --all also those revoked',
  options: { ...SCOPE, all: { type: 'boolean' } },
  async run(context) {
    const actor = await context.actor()
    const [subject, connection] = [context.option('subject'), context.option('connection')]
    const filter = {
      ...(subject && (await subjectNamed(subject))),
      ...(connection && { connectionId: (await connectionNamed(connection)).id }),
      revoked: context.flag('all'),
    }
    const name = ({ subject }: GrantListItem) => (subject.kind === 'group' ? `group:${subject.name}` : subject.name)
    const state = (grant: GrantListItem) => (grant.revokedAt ? 'revoked' : grant.isOver ? 'over' : 'active')
    context.list(
      await listGrants(db(), actor, filter, context.now),
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'SUBJECT', text: name },
        { title: 'CONNECTION', text: ({ connection }) => connection.slug },
        { title: 'TOOLS', text: ({ tools }) => tools.join(',') },
        { title: 'UNTIL', text: ({ until }) => formatDate(until) },
        { title: 'STATE', text: state },
        { title: 'REASON', text: ({ reason }) => reason },
      ],
      (grant) => ({ ...grant, subject: name(grant), connection: grant.connection.slug, state: state(grant) }),
    )
    return 0
  },
}

/** `--tools a,b` and `--tools a --tools b` mean the same. */
export const splitTools = (given: readonly string[]): string[] =>
  given
    .flatMap((list) => list.split(','))
    .map((tool) => tool.trim())
    .filter(Boolean)

export const grantCommands: readonly Command[] = [add, revoke, list]
