import type { Command } from '@/cli/command'
import { db } from '@/lib/db'
import { matchesAnyGlob } from '@/lib/domain'
import { type AccessDetail, getAccess, tryAccess } from '@/lib/policies/access-store'
import type { Decision } from '@/lib/policies/evaluate'
import { connectionNamed, formatDate, identityNamed } from './lookup'

const explain: Command = {
  name: 'access explain',
  usage: 'IDENTITY CONNECTION [TOOL]',
  summary: 'Why an access exists or not, and what would happen on a call',
  arguments: ['IDENTITY', 'CONNECTION', 'TOOL?'],
  async run(context) {
    const actor = await context.actor()
    const identity = await identityNamed(context.argument('IDENTITY'))
    const connection = await connectionNamed(context.argument('CONNECTION'))
    const path = { identityId: identity.id, connectionId: connection.id }
    const access = await getAccess(db(), actor, path, context.now)
    const tool = context.optionalArgument('TOOL')
    const asked = tool === undefined ? null : await tryAccess(db(), actor, { ...path, tool }, context.now)
    const tools = asked
      ? [{ tool: tool!, ...outcome(asked) }]
      : access.tools.map(({ tool, decision }) => ({ tool: tool.name, risk: tool.risk, ...outcome(decision) }))
    context.show(
      {
        identity: access.identity.name,
        connection: access.connection.slug,
        effect: (asked ?? access.open).effect,
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
        ...tools.map(({ tool, effect, because }) => `  ${effect.padEnd(5)}  ${tool}: ${because}`),
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
    `${access.identity.name} on ${access.connection.slug}: ${outcome(access.open).effect} (${outcome(access.open).because})`,
    ...(grants.length > 0 ? ['Granted by', ...grants] : ['Granted by nothing']),
    ...(exclusions.length > 0 ? ['Excluded by', ...exclusions] : []),
  ]
}

function outcome(decision: Decision): { effect: Decision['effect']; reason: string | null; because: string } {
  const because = decision.reasons
    .map((reason) => ('id' in reason ? `${reason.kind} ${reason.id}: ${reason.text}` : reason.text))
    .join('; ')
  return { effect: decision.effect, reason: decision.effect === 'deny' ? decision.reason : null, because }
}

export const accessCommands: readonly Command[] = [explain]
