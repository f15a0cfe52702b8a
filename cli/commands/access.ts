import { type Command, UsageError } from '@/cli/command'
import { db } from '@/lib/db'
import { matchesAnyGlob } from '@/lib/domain'
import { type AccessDetail, getAccess, type TriedCall, tryAccess } from '@/lib/policies/access-store'
import { summarise } from '@/lib/policies/decision-summary'
import { connectionNamed, formatDate, identityNamed } from './lookup'

const explain: Command = {
  name: 'access explain',
  usage: 'IDENTITY CONNECTION [TOOL] [--args JSON]',
  summary: 'Why an access exists or not, and what would happen on a call',
  arguments: ['IDENTITY', 'CONNECTION', 'TOOL?'],
  options: { args: { type: 'string' } },
  async run(context) {
    const tool = context.optionalArgument('TOOL')
    const args = context.option('args')
    if (args !== undefined && tool === undefined) throw new UsageError('--args says how TOOL is called: name it')
    const actor = await context.actor()
    const identity = await identityNamed(context.argument('IDENTITY'))
    const connection = await connectionNamed(context.argument('CONNECTION'))
    const path = { identityId: identity.id, connectionId: connection.id }
    const access = await getAccess(db(), actor, path, context.now)
    const asked = tool === undefined ? null : await tryAccess(db(), actor, { ...path, tool, args }, context.now)
    const tools = asked
      ? [{ tool: tool!, ...outcome(asked) }]
      : access.tools.map(({ tool, ...tried }) => ({ tool: tool.name, risk: tool.risk, ...outcome(tried) }))
    context.show(
      {
        identity: access.identity.name,
        connection: access.connection.slug,
        effect: (asked?.decision ?? access.open).effect,
        grants: access.grants.map(({ id, tools, until, reason, groupName, grantedBy, expired }) => ({
          id,
          tools,
          until,
          reason,
          through: groupName === null ? null : `group:${groupName}`,
          grantedBy,
          expired,
        })),
        exclusions: access.exclusions.map(({ id, campaignItemId, except, reason, createdBy, createdAt }) => ({
          id,
          campaignItemId,
          keeps: except,
          reason,
          createdBy,
          createdAt,
        })),
        tools,
      },
      [
        ...why(access, tool),
        '',
        ...tools.flatMap(({ tool, effect, because, depends }) => [
          `  ${effect.padEnd(5)}  ${tool}: ${because}`,
          ...depends.map(
            ({ name, effect }) => `         unless rule ${name} ${VERB[effect]} it: that depends on its arguments`,
          ),
        ]),
      ].join('\n'),
    )
    return 0
  },
}

function why(access: AccessDetail, tool: string | undefined): string[] {
  const grants = access.grants.map((grant) => {
    const through = grant.groupName === null ? 'directly' : `through group:${grant.groupName}`
    const until = grant.until === null ? '' : `, until ${formatDate(grant.until)}${grant.expired ? ' (over)' : ''}`
    const covers = tool === undefined ? '' : matchesAnyGlob(grant.tools, tool) ? ', covers it' : ', does not cover it'
    return `  ${grant.id} ${through}: ${grant.tools.join(', ')}${until}${covers}; by ${grant.grantedBy}${grant.reason ? `: ${grant.reason}` : ''}`
  })
  const exclusions = access.exclusions.map(({ id, campaignItemId, except, reason, createdBy }) => {
    const kept = except.length === 0 ? 'everything' : `everything but ${except.join(', ')}`
    return `  ${campaignItemId ?? id} takes away ${kept}; by ${createdBy}: ${reason}`
  })
  return [
    `${access.identity.name} on ${access.connection.slug}: ${summarise(access.open).effect} (${summarise(access.open).because})`,
    ...(grants.length > 0 ? ['Granted by', ...grants] : ['Granted by nothing']),
    ...(exclusions.length > 0 ? ['Excluded by', ...exclusions] : []),
  ]
}

const VERB = { block: 'blocks', approve: 'holds', mask: 'masks' }

function outcome({ decision, depends }: TriedCall) {
  const { effect, reason, because, rules } = summarise(decision)
  return { effect, reason, because, rules, depends: effect === 'deny' ? [] : depends }
}

export const accessCommands: readonly Command[] = [explain]
