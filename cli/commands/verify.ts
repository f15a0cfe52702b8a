import type { Command } from '@/cli/command'
import { type VerificationReport, verifyDatabase } from '@/lib/sessions/verify-command'

export const verify: Command = {
  name: 'verify',
  usage: '',
  summary:
    'Checks every hash chain and checkpoint, and the copies outside the database; exit 1 names the first bad record',
  async run(context) {
    await context.openDatabase()
    const report = await verifyDatabase()
    context.show(report, describeReport(report))
    if (!report.intact) context.warn(report.firstBad ?? 'the record is not intact')
    return report.intact ? 0 : 1
  },
}

function describeReport({ audit, sessions, checkpoints, outside, key, intact }: VerificationReport): string {
  const verdict = (breaks: readonly unknown[]) => (breaks.length === 0 ? 'intact' : `${breaks.length} broken`)
  return [
    `audit        ${audit.records} events in ${audit.chains} chains: ${verdict(audit.breaks)}`,
    `recordings   ${sessions.records} messages in ${sessions.chains} chains: ${verdict(sessions.breaks)}`,
    `checkpoints  ${checkpoints.count}, latest ${checkpoints.latest ?? 'never'}: ${verdict(checkpoints.breaks)}`,
    `copies       ${outside.copies} in ${outside.dir}: ${verdict(outside.breaks)}`,
    ...audit.breaks.map((found) => `! audit chain ${found.chain}, record ${found.seq}: ${found.text}`),
    ...sessions.breaks.map(
      (found) => `! session ${found.chain.replace(' ', ', writer ')}, record ${found.seq}: ${found.text}`,
    ),
    ...[...checkpoints.breaks, ...outside.breaks].map(
      ({ text, file }) => `! ${text}${file === null ? '' : ` (${file})`}`,
    ),
    key === null ? 'There is no signing key here yet.' : `signed by key ${key.id}\n${key.publicKey.trim()}`,
    intact ? 'intact' : 'NOT INTACT',
  ].join('\n')
}
