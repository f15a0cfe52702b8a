import { judgeData } from './data-clients'
import { judgeExfiltration, judgeSendingRedirect } from './exfiltration'
import { judgeFiles, judgeOverwrite } from './files'
import { judgeGit } from './git'
import { judgeInfrastructure } from './infrastructure'
import type { Command, Finding } from './reading'
import { judgeSystem } from './system'
import type { Argument } from './words'

/** Everything that is wrong with one command. */
export const judge = (command: Command): Finding[] => [
  ...judgeFiles(command),
  ...judgeGit(command),
  ...judgeSystem(command),
  ...judgeData(command),
  ...judgeInfrastructure(command),
  ...judgeExfiltration(command),
]

/** `> target`. */
export const judgeWrite = (target: Argument, moved: boolean): Finding[] => [
  ...judgeOverwrite(target, moved),
  ...judgeSendingRedirect(target),
]
