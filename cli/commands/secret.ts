import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { readEnv } from '@/lib/env'
import { type RotationReport, recordRenewal, rotateSecret } from '@/lib/secrets/commands'
import { forgetPreviousSecret, renewSecret, secretsOf } from '@/scripts/instance/keys'

const rotate: Command = {
  name: 'secret rotate',
  usage: '[--dry-run]',
  summary: 'Seals every credential anew, with COUNTERSIGN_SECRET in the place of COUNTERSIGN_SECRET_PREVIOUS',
  options: { 'dry-run': { type: 'boolean' } },
  async run(context) {
    // Before the database is opened, which puts what it finds into the environment.
    const settings = readEnv()
    const isKept = settings.COUNTERSIGN_SECRET === undefined
    const actor = await context.actor()
    const { current, previous } = secretsOf(settings)
    if (current === undefined) throw new UsageError('COUNTERSIGN_SECRET is not set, and the data folder has no secret.')
    const dryRun = context.flag('dry-run')
    if (previous === undefined) {
      if (!isKept) throw new UsageError(HOW_IN_THE_ENVIRONMENT)
      if (dryRun) throw new UsageError('There is no second secret yet. Run it without --dry-run to make one.')
      renewSecret(settings.dataDir)
      await recordRenewal(actor, { to: secretsOf(settings).current!, from: current })
      context.show({ step: 'renewed' }, RENEWED)
      return 0
    }
    const report = await rotateSecret(actor, { to: current, from: previous, dryRun })
    const isDone = !dryRun && report.lost.length === 0
    if (isKept && isDone) forgetPreviousSecret(settings.dataDir)
    context.show({ step: 'rotated', ...report }, describe(report))
    return warnOf(context, report, isKept)
  },
}

const HOW_IN_THE_ENVIRONMENT =
  'Set COUNTERSIGN_SECRET to the new secret and COUNTERSIGN_SECRET_PREVIOUS to the old one, for every gateway and web app, restart them, and run this with the same two.'

const RENEWED = `A new secret is in the data folder, and the old one beside it. Restart Countersign, which then has both,
and run this again to seal everything anew.`

const describe = ({ dryRun, resealed, already, keyId }: RotationReport): string =>
  `${dryRun ? 'Would seal' : 'Sealed'} ${resealed} anew under key ${keyId}; ${already} were already`

function warnOf(context: CommandContext, { dryRun, lost }: RotationReport, isKept: boolean): number {
  for (const what of lost) context.warn(`${what} opens with neither secret: enter it again`)
  if (lost.length > 0) return 1
  if (!dryRun && !isKept)
    context.warn('nothing needs COUNTERSIGN_SECRET_PREVIOUS any more: unset it at the next restart')
  return 0
}

export const secretCommands: readonly Command[] = [rotate]
