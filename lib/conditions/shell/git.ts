import { hasLong, hasOption, type Options, readOptions } from './options'
import { type Command, type Finding, found } from './reading'
import type { Argument } from './words'

/** When a git command loses commits or uncommitted work. Not listed: it never does. */
const GIT_COMMANDS: Record<string, (args: readonly Argument[]) => string | false> = {
  reset: (args) => {
    const options = readOptions(args)
    return (hasLong(options, 'hard') || hasLong(options, 'merge')) && 'reset loses uncommitted changes'
  },
  checkout,
  switch: (args) => {
    const options = readOptions(args, new Set(['c', 'C', 'create', 'force-create', 'orphan']))
    return (
      (hasOption(options, 'f', 'force') || hasLong(options, 'discard-changes')) &&
      'switch --force loses uncommitted changes'
    )
  },
  restore: (args) => {
    const options = readOptions(args, new Set(['s', 'source', 'pathspec-from-file']))
    const staged = hasOption(options, 'S', 'staged')
    const worktree = hasOption(options, 'W', 'worktree') || !staged
    const named = options.operands.length > 0 || options.long.has('pathspec-from-file')
    return worktree && named && 'restore overwrites uncommitted changes'
  },
  clean: (args) => {
    const options = readOptions(args, new Set(['e', 'exclude']))
    const isDry = hasOption(options, 'n', 'dry-run')
    return hasOption(options, 'f', 'force') && !isDry && 'clean deletes files that are not in git'
  },
  push,
  branch: (args) => {
    const options = readOptions(args, new Set(['u', 'set-upstream-to', 'sort', 'format', 'points-at']))
    const isForced = hasOption(options, 'f', 'force')
    if (options.short.has('D') || (hasOption(options, 'd', 'delete') && isForced))
      return 'branch -D deletes unmerged commits'
    return options.short.has('M') && 'branch -M overwrites a branch'
  },
  stash: ([verb]) => (verb?.text === 'drop' || verb?.text === 'clear') && 'stash drop loses stashed work',
  worktree: ([verb, ...args]) =>
    verb?.text === 'remove' &&
    hasOption(readOptions(args), 'f', 'force') &&
    'worktree remove --force loses uncommitted changes',
  reflog: ([verb]) => (verb?.text === 'expire' || verb?.text === 'delete') && 'reflog expire removes the last way back',
  gc: (args) =>
    args.some(({ text }) => /^--prune=(?!.*weeks?|.*months?)/.test(text)) && 'gc --prune removes the last way back',
  prune: (args) => !hasOption(readOptions(args), 'n', 'dry-run') && 'prune removes the last way back',
  'filter-branch': () => 'filter-branch rewrites history',
  'filter-repo': () => 'filter-repo rewrites history',
  'update-ref': (args) => readOptions(args).short.has('d') && 'update-ref -d deletes a reference',
  'symbolic-ref': (args) => hasOption(readOptions(args), 'd', 'delete') && 'symbolic-ref --delete deletes a reference',
  rm: (args) => {
    const options = readOptions(args)
    return hasOption(options, 'f', 'force') && !options.long.has('cached') && 'rm --force loses uncommitted changes'
  },
  submodule: ([verb, ...args]) =>
    verb?.text === 'deinit' && hasOption(readOptions(args), 'f', 'force') && 'submodule deinit --force loses changes',
  'checkout-index': (args) => hasOption(readOptions(args), 'f', 'force') && 'checkout-index --force overwrites files',
  'read-tree': (args) => hasLong(readOptions(args), 'reset') && 'read-tree --reset loses uncommitted changes',
}

const GLOBAL_VALUED = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
  '--super-prefix',
  '--attr-source',
])

export function judgeGit({ name, args }: Command): Finding[] {
  if (name === 'git-filter-repo' || name === 'bfg') return [found('git', `${name} rewrites history`)]
  if (name !== 'git') return []
  let at = 0
  const settings: string[] = []
  while (at < args.length && args[at]!.text.startsWith('-') && args[at]!.text !== '--') {
    if (args[at]!.text === '-c') settings.push(args[at + 1]?.text ?? '')
    at += GLOBAL_VALUED.has(args[at]!.text) ? 2 : 1
  }
  const verb = args[at]
  if (!verb) return []
  if (!verb.known) return [found('git', 'which git command it is shows only when it runs')]
  const rest = args.slice(at + 1)
  const subcommand = verb.text.toLowerCase()
  const judge = Object.hasOwn(GIT_COMMANDS, subcommand) ? GIT_COMMANDS[subcommand] : undefined
  const reason = judge?.(rest)
  return [...(reason ? [found('git', `git ${reason}`)] : []), ...runsCode(subcommand, rest, settings)]
}

const CHECKOUT_VALUED = new Set([
  'b',
  'B',
  'U',
  'orphan',
  'conflict',
  'pathspec-from-file',
  'unified',
  'inter-hunk-context',
])

/** With a path it overwrites files; with a branch alone it keeps what is not committed. */
function checkout(args: readonly Argument[]): string | false {
  const options = readOptions(args, CHECKOUT_VALUED)
  if (hasOption(options, 'f', 'force')) return 'checkout --force loses uncommitted changes'
  const loses = 'checkout overwrites files with uncommitted changes'
  if (options.values.has('pathspec-from-file') || options.long.has('pathspec-from-file')) return loses
  if (['b', 'B'].some((letter) => options.short.has(letter)) || options.long.has('orphan')) return false
  const dashes = args.findIndex(({ text }) => text === '--')
  if (dashes !== -1) return args.length > dashes + 1 && loses
  // `--track direct main`, `--recurse-submodules on-demand main`: a value that may also stand apart.
  const operands = options.operands.filter(({ text }, index) => index > 0 || !SEPARATE_VALUES.has(text))
  const [first] = operands
  if (!first) return false
  return (operands.length > 1 || first.text === '.' || first.text.startsWith('./') || first.glob) && loses
}

const SEPARATE_VALUES = new Set(['direct', 'inherit', 'on-demand', 'yes', 'no', 'check'])

function push(args: readonly Argument[]): string | false {
  const options: Options = readOptions(args, new Set(['o', 'push-option', 'receive-pack', 'exec', 'repo']))
  if (hasOption(options, 'n', 'dry-run')) return false
  if (hasOption(options, 'f', 'force')) return 'push --force overwrites commits of others'
  if (hasLong(options, 'mirror') || hasLong(options, 'prune')) return 'push --mirror deletes what is only there'
  if (hasOption(options, 'd', 'delete')) return 'push --delete deletes a branch'
  const refspecs = options.operands.slice(1).map(({ text }) => text)
  if (refspecs.some((text) => text.startsWith('+'))) return 'push +branch overwrites commits of others'
  return refspecs.some((text) => /^:./.test(text)) && 'push :branch deletes a branch'
}

const RUNS =
  /^(?:core\.(?:sshcommand|pager|editor|fsmonitor|hookspath|askpass)|alias\..+|credential\.helper|diff\..*\.(?:command|textconv)|filter\..*|sequence\.editor|protocol\.ext\.allow|uploadpack\..*)/i

/** Settings and options through which git runs a command of the caller's. */
function runsCode(subcommand: string, args: readonly Argument[], settings: readonly string[]): Finding[] {
  const runs = found('code', 'git is set up to run another command')
  for (const setting of settings) {
    const [key, ...value] = setting.split('=')
    if (RUNS.test(key!) && !/^(?:cat|less|true|false|vim?|nano|)$/.test(value.join('='))) return [runs]
  }
  const given = args.map(({ text }) => text)
  if (subcommand === 'config' && given.some((text) => RUNS.test(text)) && given.some((text) => /^!|\/|\s/.test(text)))
    return [runs]
  if (given.some((text) => /^ext::|^--(?:upload-pack|receive-pack|exec)=/.test(text))) return [runs]
  return []
}
