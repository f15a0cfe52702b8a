import { type Command, UsageError } from '@/cli/command'
import { db } from '@/lib/db'
import { IdentityKind } from '@/lib/domain'
import { type IdentityListItem, listIdentities } from '@/lib/identities/store'
import { formatDate } from './lookup'

export const identities: Command = {
  name: 'identities',
  usage: '[--kind KIND] [--q TEXT] [--without-owner] [--ending DAYS]',
  summary: 'Lists who calls, with owner, groups, keys and last call',
  options: {
    kind: { type: 'string' },
    q: { type: 'string' },
    'without-owner': { type: 'boolean' },
    ending: { type: 'string' },
  },
  async run(context) {
    const kind = IdentityKind.optional().safeParse(context.option('kind'))
    if (!kind.success) throw new UsageError(`--kind is one of ${IdentityKind.options.join(', ')}`)
    const ending = context.option('ending')
    if (ending !== undefined && !/^\d{1,4}$/.test(ending)) throw new UsageError('--ending takes a number of days')
    const filter = {
      kind: kind.data,
      q: context.option('q'),
      withoutOwner: context.flag('without-owner'),
      endingWithinDays: ending === undefined ? undefined : Number(ending),
    }
    const actor = await context.actor()
    context.list<IdentityListItem>(await listIdentities(db(), actor, filter, context.now), [
      { title: 'NAME', text: ({ name }) => name },
      { title: 'KIND', text: ({ kind }) => kind },
      { title: 'OWNER', text: ({ owner }) => owner?.name ?? '' },
      { title: 'GROUPS', text: ({ groups }) => groups.map(({ name }) => name).join(',') },
      { title: 'KEYS', text: ({ activeKeys }) => String(activeKeys) },
      { title: 'ENDS', text: ({ endsAt, disabledAt }) => (disabledAt ? 'disabled' : formatDate(endsAt)) },
      { title: 'LAST CALL', text: ({ lastCallAt }) => formatDate(lastCallAt) },
    ])
    return 0
  },
}
