import { readFile } from 'node:fs/promises'
import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { type ApplyReport, applyAccess } from '@/lib/apply/commands'
import type { PlannedStep } from '@/lib/apply/step'
import { warnLagging } from './lagging'

export const apply: Command = {
  name: 'apply',
  usage: '-f access.yaml [--dry-run] [--prune]',
  summary: 'Makes connections, identities, groups, grants and rules what the file says; prints the plan',
  options: {
    file: { type: 'string', short: 'f' },
    'dry-run': { type: 'boolean' },
    prune: { type: 'boolean' },
  },
  async run(context) {
    const text = await readFileOrStdin(context)
    const actor = await context.actor()
    const { result, lagging } = await applyAccess(actor, {
      text,
      dryRun: context.flag('dry-run'),
      prune: context.flag('prune'),
    })
    context.show(result, describeReport(result))
    for (const warning of result.warnings) context.warn(warning)
    warnLagging(context, lagging)
    const refused = result.steps.filter(({ action }) => action === 'refused')
    for (const { line, name, note } of refused) context.warn(`${line ? `line ${line}: ` : ''}refused ${name}: ${note}`)
    return refused.length > 0 ? 1 : 0
  },
}

export async function readFileOrStdin(context: CommandContext): Promise<string> {
  const file = context.option('file')
  if (file === undefined) throw new UsageError('usage: countersign apply -f access.yaml [--dry-run] [--prune]')
  return file === '-' ? context.readStdin() : readFile(file, 'utf8')
}

const MARKS: Record<PlannedStep['action'], string> = {
  create: '+',
  update: '~',
  unchanged: '=',
  prune: '-',
  refused: '!',
}

function describeReport({ dryRun, steps, counts }: ApplyReport): string {
  const lines = steps.map(({ action, kind, name, changes, note }) => {
    const what = changes.length > 0 ? ` (${changes.join(', ')})` : ''
    return `${MARKS[action]} ${action} ${kind} ${name}${what}${note && action !== 'refused' ? `: ${note}` : ''}`
  })
  const summary = `${counts.create} created, ${counts.update} updated, ${counts.unchanged} unchanged, ${counts.prune} pruned, ${counts.refused} refused`
  return [...lines, dryRun ? `Dry run, nothing was changed: ${summary}` : summary].join('\n')
}
