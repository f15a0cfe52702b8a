import { dangerousShell } from './dangerous-shell'
import { destructiveSql } from './destructive-sql'
import { exfiltration } from './exfiltration'
import { infrastructureDeletion } from './infrastructure-deletion'
import { RulePack } from './pack'

/** Every rule pack, parsed: a pack that makes no sense does not load. */
export const RULE_PACKS: readonly RulePack[] = [
  destructiveSql,
  dangerousShell,
  infrastructureDeletion,
  exfiltration,
].map((pack) => RulePack.parse(pack))
