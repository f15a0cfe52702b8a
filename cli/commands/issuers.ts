import type { Command } from '@/cli/command'
import { db } from '@/lib/db'
import { bindSubject, checkIssuer } from '@/lib/identities/commands'
import { type IssuerListItem, listIssuers } from '@/lib/identities/issuer-store'
import { warnLagging } from './lagging'
import { formatDate, identityNamed } from './lookup'

const list: Command = {
  name: 'issuers list',
  usage: '',
  summary: 'Lists whose JSON Web Tokens the gateway accepts, with what each live gateway has of their keys',
  async run(context) {
    const actor = await context.actor()
    context.list<IssuerListItem>(await listIssuers(db(), actor), [
      { title: 'ISSUER', text: ({ issuer }) => issuer },
      { title: 'AUDIENCE', text: ({ audience }) => audience ?? 'the connection' },
      { title: 'MAKES', text: ({ kind }) => kind },
      { title: 'DOMAINS', text: ({ emailDomains }) => emailDomains.join(',') },
      { title: 'SUBJECTS', text: ({ subjects }) => String(subjects) },
      { title: 'KEYS', text: ({ gateways }) => [...new Set(gateways.flatMap(({ keyIds }) => keyIds))].join(',') },
      { title: 'FETCHED', text: ({ gateways }) => formatDate(oldestFetch(gateways)) },
      { title: 'PROBLEM', text: ({ gateways }) => gateways.find(({ problem }) => problem !== null)?.problem ?? '' },
    ])
    return 0
  },
}

const check: Command = {
  name: 'issuers check',
  usage: 'URL [--jwks-uri URL]',
  summary: 'Asks an issuer for its keys from this machine, registered or not',
  arguments: ['URL'],
  options: { 'jwks-uri': { type: 'string' } },
  async run(context) {
    const actor = await context.actor()
    const issuer = context.argument('URL')
    const result = await checkIssuer(actor, { issuer, jwksUri: context.option('jwks-uri') ?? null })
    if (!result.ok) {
      context.warn(`${issuer}: ${result.problem}`)
      return 1
    }
    const keys = result.keys.map(
      ({ kid, type, alg }) => `${kid ?? 'unnamed'} (${[type, alg].filter(Boolean).join(', ')})`,
    )
    context.show(result, [`${result.jwksUri} has ${keys.length} keys:`, ...keys.map((key) => `  ${key}`)].join('\n'))
    return 0
  },
}

const bind: Command = {
  name: 'issuers bind',
  usage: 'IDENTITY --issuer URL --subject VALUE',
  summary: 'Says that the tokens of an issuer with this subject are those of an identity',
  arguments: ['IDENTITY'],
  options: { issuer: { type: 'string' }, subject: { type: 'string' } },
  async run(context) {
    const actor = await context.actor()
    const identity = await identityNamed(context.argument('IDENTITY'))
    const issuer = context.requiredOption('issuer')
    const { result, lagging } = await bindSubject(actor, {
      identityId: identity.id,
      issuer,
      subject: context.requiredOption('subject'),
    })
    context.show({ identity: identity.name, issuer, ...result }, `${identity.name} is ${result.subject} of ${issuer}`)
    warnLagging(context, lagging)
    return 0
  },
}

/** Of the gateway that has waited longest: it is the one that refuses first. */
function oldestFetch(gateways: IssuerListItem['gateways']): Date | null {
  const times = gateways.map(({ fetchedAt }) => fetchedAt)
  if (times.length === 0 || times.includes(null)) return null
  return new Date(Math.min(...times.map((time) => time!.getTime())))
}

export const issuerCommands: readonly Command[] = [list, check, bind]
