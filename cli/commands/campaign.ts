import { readFile } from 'node:fs/promises'
import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { readSource } from '@/lib/apply/source'
import { launchCampaign } from '@/lib/campaigns/commands'
import type { LaunchCampaign } from '@/lib/campaigns/launch'
import { decideItem, undoDecision } from '@/lib/campaigns/review-commands'
import { signOff } from '@/lib/campaigns/sign-off-commands'
import { type CampaignDetail, type CampaignView, getCampaign, listCampaigns } from '@/lib/campaigns/store'
import { type CampaignItemView, campaignItems } from '@/lib/campaigns/workbench-store'
import { db } from '@/lib/db'
import { CampaignStatus, Verdict } from '@/lib/domain'
import { InvalidInput } from '@/lib/errors'
import { splitTools } from './grant'
import { warnLagging } from './lagging'
import { formatDate } from './lookup'

const launch: Command = {
  name: 'campaign launch',
  usage: '-f campaign.yaml',
  summary: 'Freezes who can reach what, assigns reviewers and opens the review',
  options: { file: { type: 'string', short: 'f' } },
  async run(context) {
    const file = context.requiredOption('file')
    const source = readSource(file === '-' ? await context.readStdin() : await readFile(file, 'utf8'))
    if (source.problems.length > 0) throw new InvalidInput(`${file} cannot be read.`, source.problems)
    const actor = await context.actor()
    const launched = await launchCampaign(actor, source.value as LaunchCampaign, context.now).catch((error) => {
      if (!(error instanceof InvalidInput)) throw error
      const problems = error.problems.map((found) => ({ ...found, line: source.lineOf(found.path.split('.')) }))
      throw new InvalidInput('The campaign was not launched.', problems)
    })
    context.show(
      { id: launched.campaignId, ...launched },
      `launched ${launched.campaignId}: ${launched.items} items for ${launched.reviewers} reviewers, ${launched.highRisk} of high risk, ${launched.toFallback} with the fallback`,
    )
    return 0
  },
}

const list: Command = {
  name: 'campaign list',
  usage: '[--status open|completed|cancelled]',
  summary: 'Lists campaigns with their progress',
  options: { status: { type: 'string' } },
  async run(context) {
    const actor = await context.actor()
    context.list(await listCampaigns(db(), actor, context.now, { status: statusOption(context) }), [
      { title: 'ID', text: ({ id }) => id },
      { title: 'NAME', text: ({ name }) => name },
      { title: 'STATUS', text: statusText },
      { title: 'DUE', text: ({ dueAt }) => formatDate(dueAt) },
      { title: 'DECIDED', text: ({ decided, items }) => `${decided}/${items}` },
      { title: 'SIGNED OFF', text: ({ signedOff, items }) => `${signedOff}/${items}` },
      { title: 'REMEDIATIONS', text: remediationText },
    ])
    return 0
  },
}

const status: Command = {
  name: 'campaign status',
  usage: 'ID',
  summary: 'One campaign: its items, verdicts and how far every revocation is proven',
  arguments: ['ID'],
  async run(context) {
    const actor = await context.actor()
    const campaign = await getCampaign(db(), actor, context.argument('ID'), context.now)
    const items = await campaignItems(db(), actor, campaign.id)
    const { items: itemCount, remediationBoard, ...rest } = campaign
    context.show({ ...rest, itemCount, items, remediationBoard }, describeCampaign(campaign, items))
    return 0
  },
}

const decide: Command = {
  name: 'campaign decide',
  usage: 'ITEM certify|revoke|reduce|abstain|undo --as EMAIL [--tools NAME,NAME] [--comment TEXT]',
  summary: 'Gives a verdict as its reviewer; pending until the sign-off. A reduce without --tools keeps what was used',
  arguments: ['ITEM', 'VERDICT'],
  options: { tools: { type: 'string', multiple: true }, comment: { type: 'string' } },
  async run(context) {
    const itemId = context.argument('ITEM')
    const word = context.argument('VERDICT')
    const verdict = word === 'undo' ? null : Verdict.safeParse(word).data
    if (verdict === undefined) throw new UsageError(`usage: countersign campaign decide ${decide.usage}`)
    const tools = splitTools(context.options('tools'))
    if (tools.length > 0 && verdict !== 'reduce') throw new UsageError('--tools goes with reduce only')
    const actor = await context.actor()
    if (verdict === null) {
      await undoDecision(actor, { itemId })
      context.show({ itemId, verdict: null }, `${itemId} is undecided again`)
      return 0
    }
    const decided = await decideItem(
      actor,
      { itemId, verdict, keepTools: tools.length > 0 ? tools : undefined, comment: context.option('comment') },
      context.now,
    )
    const kept = decided.keepTools.length > 0 ? ` to ${decided.keepTools.join(', ')}` : ''
    context.show(decided, `${itemId}: ${verdict}${kept}, pending until the sign-off`)
    return 0
  },
}

const signOffCommand: Command = {
  name: 'campaign sign-off',
  usage: 'ID --as EMAIL [--attestation TEXT]',
  summary: 'Makes the decided verdicts of this reviewer true, everywhere, and waits for the proof',
  arguments: ['ID'],
  options: { attestation: { type: 'string' } },
  async run(context) {
    const campaignId = context.argument('ID')
    const actor = await context.actor()
    const { result, lagging } = await signOff(
      actor,
      { campaignId, attestation: context.option('attestation') },
      context.now,
    )
    const after = await getCampaign(db(), actor, campaignId, new Date())
    const remediations = after.remediationBoard.filter(({ id }) => result.remediationIds.includes(id))
    context.show(
      { campaignId, ...result, campaignStatus: after.status, remediations },
      [`signed off: ${result.summary}`, ...remediations.map(describeRemediation)].join('\n'),
    )
    warnLagging(context, lagging)
    for (const { status, failure, identity } of remediations)
      if (status !== 'verified')
        context.warn(`${identity.name} is ${status}, not yet verified${failure ? `: ${failure}` : ''}`)
    return 0
  },
}

function statusOption(context: CommandContext): CampaignStatus | undefined {
  const given = context.option('status')
  const parsed = CampaignStatus.optional().safeParse(given)
  if (!parsed.success) throw new UsageError('--status takes open, completed or cancelled')
  return parsed.data
}

const statusText = ({ status, overdue }: CampaignView): string => (overdue ? `${status}, overdue` : status)

const remediationText = ({ remediations }: CampaignView): string =>
  Object.entries(remediations)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')

const describeRemediation = (one: CampaignDetail['remediationBoard'][number]): string =>
  `  ${one.status.padEnd(9)}  ${one.verdict} ${one.identity.name} on ${one.connection.slug}${
    one.failure === null ? '' : ` (${one.failure})`
  }`

function describeCampaign(campaign: CampaignDetail, items: readonly CampaignItemView[]): string {
  const lines = items.map((item) => {
    const verdict = item.verdict === null ? `undecided (advice: ${item.recommendation.advice})` : item.verdict
    const proof = item.remediation === null ? '' : `, ${item.remediation.status}`
    return `  ${item.id}  ${item.identity} on ${item.connection}, ${item.risk} risk, ${item.reviewer}: ${verdict}${
      item.signedOff ? ', signed off' : ''
    }${proof}`
  })
  return [
    `${campaign.name} (${campaign.id}) is ${statusText(campaign)}, due ${formatDate(campaign.dueAt)}`,
    `${campaign.decided} of ${campaign.items} decided, ${campaign.signedOff} signed off`,
    ...lines,
    ...(campaign.remediationBoard.length > 0 ? ['remediation:'] : []),
    ...campaign.remediationBoard.map(describeRemediation),
  ].join('\n')
}

export const campaignCommands: readonly Command[] = [launch, list, status, decide, signOffCommand]
