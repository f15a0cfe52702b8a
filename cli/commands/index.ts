import type { Command } from '@/cli/command'

/**
 * Every command, in the order of the overview. To add one: a module here that exports a `Command` (or several), and its
 * name in this list.
 */
export const commands: readonly Command[] = []
