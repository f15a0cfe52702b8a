import { readFile } from 'node:fs/promises'
import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { type TestedCall, testCall, testRulesOverHistory } from '@/lib/apply/rule-test-command'
import type { PlannedStep } from '@/lib/apply/step'
import type { RuleEffect } from '@/lib/domain'
import type { TrialReport } from '@/lib/trials/commands'
import { costOf, doubtsOf, headlineOf } from '@/lib/trials/trial-words'

const USAGE = '-f access.yaml (-i call.json [--expect allow|hold|deny] | --history 30d)'

const test: Command = {
  name: 'rule test',
  usage: USAGE,
  summary: 'What would happen to a call, or to recorded history, if the file were applied; changes nothing',
  options: {
    file: { type: 'string', short: 'f' },
    input: { type: 'string', short: 'i' },
    expect: { type: 'string' },
    history: { type: 'string' },
  },
  async run(context) {
    const [file, input, history] = [context.option('file'), context.option('input'), context.option('history')]
    if (file === undefined || (input === undefined) === (history === undefined)) {
      throw new UsageError(`usage: countersign rule test ${USAGE}`)
    }
    if (file === '-' && input === '-') throw new UsageError('-f and -i cannot both be read from stdin')
    const expected = expectedEffect(context)
    if (history !== undefined) return overHistory(context, file, daysOf(history))
    const [text, call] = [await readText(context, file), await readText(context, input!)]
    const tested = await testCall(await context.actor(), { text, call }, context.now)
    context.show(tested, describeCall(tested))
    warnRefused(context, tested.refused)
    if (expected === undefined || expected === tested.effect) return 0
    context.warn(`expected ${expected}, and it is ${tested.effect}`)
    return 1
  },
}

function expectedEffect(context: CommandContext): string | undefined {
  const expected = context.option('expect')
  if (expected === undefined) return undefined
  if (context.option('history') !== undefined) throw new UsageError('--expect is about one call, not about history')
  if (!['allow', 'hold', 'deny'].includes(expected)) throw new UsageError('--expect takes allow, hold or deny')
  return expected
}

async function overHistory(context: CommandContext, file: string, days: number): Promise<number> {
  const text = await readText(context, file)
  const { rules, refused } = await testRulesOverHistory(await context.actor(), { text, days }, context.now)
  if (context.json) context.list(rules, [])
  else context.show(null, rules.length === 0 ? 'The file has no rules.' : rules.map(describeTrial).join('\n\n'))
  warnRefused(context, refused)
  return 0
}

const readText = (context: CommandContext, file: string): Promise<string> =>
  file === '-' ? context.readStdin() : readFile(file, 'utf8')

function daysOf(span: string): number {
  const days = /^(\d{1,3})d$/.exec(span)
  const count = Number(days?.[1])
  if (!days || count < 1 || count > 365) throw new UsageError('--history takes days, such as 30d; at most 365d')
  return count
}

const warnRefused = (context: CommandContext, refused: readonly PlannedStep[]): void => {
  for (const { line, name, note } of refused) {
    context.warn(`${line ? `line ${line}: ` : ''}${name} would be refused, and counts for nothing here: ${note}`)
  }
}

function describeCall({ identity, connection, tool, effect, because, detail, approvals, masks }: TestedCall): string {
  const who = (each: TestedCall['approvals'][number]) =>
    [
      ...each.approvers.people,
      ...each.approvers.groups.map((name) => `group:${name}`),
      ...(each.approvers.connectionOwner ? ['the owner of the connection'] : []),
    ].join(', ')
  return [
    `${identity} calls ${tool} on ${connection}: ${effect}`,
    `  because: ${because}`,
    ...(detail === null ? [] : [`  the caller is told: ${detail}`]),
    ...approvals.map(
      (each) =>
        `  ${each.rule} waits for ${each.quorum} of ${who(each)}, at most ${Math.round(each.expiresAfterSeconds / 60)} min`,
    ),
    ...(masks.client.length > 0 ? [`  masked for the client: ${masks.client.join(', ')}`] : []),
    ...(masks.upstream.length > 0 ? [`  masked for the server: ${masks.upstream.join(', ')}`] : []),
  ].join('\n')
}

function describeTrial({ name, effect, ...report }: { name: string; effect: RuleEffect } & TrialReport): string {
  const most = (counts: TrialReport['byTool']) => counts.map((each) => `${each.name} ${each.calls}`).join(', ')
  const cost = costOf(effect, report)
  return [
    `${name} (${effect}): ${headlineOf(effect, report)}`,
    ...(report.byIdentity.length > 0 ? [`  callers: ${most(report.byIdentity)}`] : []),
    ...(report.byTool.length > 0 ? [`  tools: ${most(report.byTool)}`] : []),
    ...(cost === null ? [] : [`  ${cost}`]),
    ...doubtsOf(effect, report).map((doubt) => `  ${doubt}`),
  ].join('\n')
}

export const ruleCommands: readonly Command[] = [test]
