import type { Command } from '@/cli/command'
import { db } from '@/lib/db'
import { issueKey, revokeKey, rotateKey } from '@/lib/identities/commands'
import { type KeyListItem, listKeys } from '@/lib/identities/detail-store'
import { warnLagging } from './lagging'
import { deadlineOption, formatDate, identityNamed } from './lookup'

const issue: Command = {
  name: 'key issue',
  usage: 'IDENTITY [--expires 30d]',
  summary: 'Makes a service key and shows it, once',
  arguments: ['IDENTITY'],
  options: { expires: { type: 'string' } },
  async run(context) {
    const actor = await context.actor()
    const identity = await identityNamed(context.argument('IDENTITY'))
    const expiresAt = deadlineOption(context, 'expires')
    const { result, lagging } = await issueKey(actor, { identityId: identity.id, expiresAt })
    context.show({ ...result, identity: identity.name }, result.key)
    if (!context.json) context.warn(`${result.id} of ${identity.name}: keep the key now, it is not shown again`)
    warnLagging(context, lagging)
    return 0
  },
}

const list: Command = {
  name: 'key list',
  usage: '[IDENTITY]',
  summary: 'Lists service keys and personal access tokens by their first letters',
  arguments: ['IDENTITY?'],
  async run(context) {
    const actor = await context.actor()
    const name = context.optionalArgument('IDENTITY')
    const filter = name === undefined ? {} : { identityId: (await identityNamed(name)).id }
    context.list<KeyListItem>(
      await listKeys(db(), actor, filter, context.now),
      [
        { title: 'ID', text: ({ id }) => id },
        { title: 'IDENTITY', text: ({ identity }) => identity.name },
        { title: 'KIND', text: ({ kind }) => kind },
        { title: 'KEY', text: ({ hint, name }) => (name === null ? hint : `${hint} ${name}`) },
        { title: 'STATE', text: ({ state }) => state },
        { title: 'EXPIRES', text: ({ expiresAt }) => formatDate(expiresAt) },
        { title: 'LAST USED', text: ({ lastUsedAt }) => formatDate(lastUsedAt) },
      ],
      ({ identity, ...key }) => ({ ...key, identity: identity.name }),
    )
    return 0
  },
}

const rotate: Command = {
  name: 'key rotate',
  usage: 'ID [--grace 24h] [--expires 30d] [--three]',
  summary: 'Makes a key in place of another one, which goes on for a while, and shows it, once',
  arguments: ['ID'],
  options: { grace: { type: 'string' }, expires: { type: 'string' }, three: { type: 'boolean' } },
  async run(context) {
    const actor = await context.actor()
    const graceEnd = deadlineOption(context, 'grace')
    const { result, lagging } = await rotateKey(actor, {
      keyId: context.argument('ID'),
      graceMs: graceEnd === null ? undefined : graceEnd.getTime() - context.now.getTime(),
      expiresAt: deadlineOption(context, 'expires') ?? undefined,
      evenThree: context.flag('three'),
    })
    context.show(result, result.key)
    if (!context.json) {
      const { id, endsAt } = result.replaces
      context.warn(`${result.id}: keep the key now, it is not shown again. ${id} works until ${formatDate(endsAt)} UTC`)
    }
    warnLagging(context, lagging)
    return 0
  },
}

const revoke: Command = {
  name: 'key revoke',
  usage: 'ID',
  summary: 'Revokes a service key or a personal access token: its next call is refused',
  arguments: ['ID'],
  async run(context) {
    const { result, lagging } = await revokeKey(await context.actor(), { keyId: context.argument('ID') })
    context.show(result, `revoked ${result.id}`)
    warnLagging(context, lagging)
    return 0
  },
}

export const keyCommands: readonly Command[] = [issue, list, rotate, revoke]
