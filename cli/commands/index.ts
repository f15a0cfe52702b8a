import type { Command } from '@/cli/command'
import { accessCommands } from './access'
import { apply } from './apply'
import { approvalSeatCommands } from './approval-seats'
import { approvalCommands } from './approvals'
import { auditSearch } from './audit'
import { campaignCommands } from './campaign'
import { grantCommands } from './grant'
import { identities } from './identities'
import { issuerCommands } from './issuers'
import { keyCommands } from './key'
import { mask } from './mask'
import { ruleCommands } from './rule'
import { secretCommands } from './secret'
import { sessionCommands } from './sessions'
import { signInLink } from './sign-in-link'
import { verify } from './verify'

/**
 * Every command, in the order of the overview. To add one: a module here that exports a `Command` (or several), and its
 * name in this list.
 */
export const commands: readonly Command[] = [
  apply,
  signInLink,
  ...keyCommands,
  ...grantCommands,
  ...accessCommands,
  ...ruleCommands,
  identities,
  ...issuerCommands,
  ...approvalCommands,
  ...approvalSeatCommands,
  ...sessionCommands,
  auditSearch,
  ...campaignCommands,
  verify,
  ...secretCommands,
  mask,
]
