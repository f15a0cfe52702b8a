import { type Command, UsageError } from '@/cli/command'
import { jsonLine } from '@/cli/output'
import { db } from '@/lib/db'
import { CallOutcome } from '@/lib/domain'
import { endSession, openRecording } from '@/lib/sessions/commands'
import { sessionMessages } from '@/lib/sessions/recording-store'
import { listSessions } from '@/lib/sessions/store'
import { formatDate } from './lookup'
import { collect, limitOption, sinceOption } from './since'

const list: Command = {
  name: 'sessions list',
  usage:
    '[--identity NAME] [--connection SLUG] [--tool NAME] [--outcome OUTCOME] [--q TEXT] [--since 24h] [--live] [--limit N]',
  summary: 'Lists recorded sessions, newest first',
  options: {
    identity: { type: 'string' },
    connection: { type: 'string' },
    tool: { type: 'string' },
    outcome: { type: 'string' },
    q: { type: 'string' },
    since: { type: 'string' },
    live: { type: 'boolean' },
    limit: { type: 'string' },
  },
  async run(context) {
    const outcome = CallOutcome.optional().safeParse(context.option('outcome'))
    if (!outcome.success) throw new UsageError(`--outcome is one of ${CallOutcome.options.join(', ')}`)
    const filter = {
      identity: context.option('identity'),
      connection: context.option('connection'),
      tool: context.option('tool'),
      outcome: outcome.data,
      q: context.option('q'),
      since: sinceOption(context),
      live: context.flag('live') ? true : undefined,
    }
    const limit = limitOption(context, 100)
    const actor = await context.actor()
    const sessions = await collect(context, limit, async (cursor, size) => {
      const page = await listSessions(db(), actor, { ...filter, cursor, limit: size })
      return { rows: page.sessions, nextCursor: page.nextCursor }
    })
    context.list(
      sessions,
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'IDENTITY', text: ({ identity }) => identity.name },
        { title: 'CONNECTION', text: ({ connection }) => connection.slug },
        { title: 'CLIENT', text: ({ client }) => client ?? '' },
        { title: 'STARTED', text: ({ startedAt }) => formatDate(startedAt) },
        { title: 'STATE', text: ({ live, endReason }) => (live ? 'live' : (endReason ?? 'ended')) },
        { title: 'CALLS', text: ({ outcomes }) => countsText(outcomes) },
      ],
      (session) => ({ ...session, identity: session.identity.name, connection: session.connection.slug }),
    )
    return 0
  },
}

const show: Command = {
  name: 'sessions show',
  usage: 'ID',
  summary: 'Prints every recorded message of a session, masked, one JSON a line; opening it is audited',
  arguments: ['ID'],
  async run(context) {
    const actor = await context.actor()
    const session = await openRecording(actor, context.argument('ID'))
    let cursor: string | undefined
    do {
      const page = await sessionMessages(db(), actor, session.id, { cursor })
      for (const message of page.messages) {
        const line = { sessionId: session.id, ...message }
        context.show(line, jsonLine(line))
      }
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return 0
  },
}

const end: Command = {
  name: 'sessions end',
  usage: 'ID',
  summary: 'Asks every gateway to cut a live session',
  arguments: ['ID'],
  async run(context) {
    const actor = await context.actor()
    const session = await endSession(actor, context.argument('ID'))
    context.show(
      { ...session, identity: session.identity.name, connection: session.connection.slug },
      session.live ? `${session.id} is being ended` : `${session.id} has ended`,
    )
    return 0
  },
}

const countsText = (outcomes: Partial<Record<CallOutcome, number>>): string =>
  Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')

export const sessionCommands: readonly Command[] = [list, show, end]
