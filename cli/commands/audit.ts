import type { Command } from '@/cli/command'
import { searchAudit } from '@/lib/audit/search-store'
import { db } from '@/lib/db'
import { collect, limitOption, sinceOption } from './since'

const FILTERS = ['identity', 'connection', 'tool', 'outcome', 'reason', 'action', 'by', 'reference', 'session'] as const

export const auditSearch: Command = {
  name: 'audit search',
  usage:
    '[--identity NAME] [--connection SLUG] [--tool NAME] [--outcome O] [--reason R] [--action A] [--by ACTOR] [--reference REF] [--session ID] [--since 24h] [--limit N]',
  summary: 'Finds audit events, newest first; an action may end in *',
  options: {
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' as const }])),
    since: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(context) {
    const { by: actorLabel, ...filter } = Object.fromEntries(FILTERS.map((name) => [name, context.option(name)]))
    const since = sinceOption(context)
    const limit = limitOption(context, 100)
    const actor = await context.actor()
    const events = await collect(context, limit, async (cursor, size) => {
      const page = await searchAudit(db(), actor, { ...filter, actor: actorLabel, since, cursor, limit: size })
      return { rows: page.events, nextCursor: page.nextCursor }
    })
    context.list(
      events,
      [
        { title: 'AT', text: ({ at }) => at.toISOString() },
        { title: 'ACTOR', text: ({ actor }) => actor },
        { title: 'ACTION', text: ({ action }) => action },
        { title: 'IDENTITY', text: ({ identity }) => identity?.name ?? '' },
        { title: 'CONNECTION', text: ({ connection }) => connection?.slug ?? '' },
        { title: 'TOOL', text: ({ tool }) => tool ?? '' },
        { title: 'OUTCOME', text: ({ outcome, count }) => `${outcome ?? ''}${count > 1 ? ` ×${count}` : ''}` },
        { title: 'REASON', text: ({ reason }) => reason ?? '' },
        { title: 'REFERENCE', text: ({ reference }) => reference ?? '' },
      ],
      (event) => ({
        ...event,
        identity: event.identity?.name ?? null,
        connection: event.connection?.slug ?? null,
      }),
    )
    return 0
  },
}
