import { hasLong, hasOption, type Options, readOptions } from './options'
import { isPrecious, type Place, placeOf } from './paths'
import { type Command, type Finding, found } from './reading'
import type { Argument } from './words'

/** When a command that deletes or overwrites files goes too far. Not listed: it never does. */
const FILE_COMMANDS: Record<string, (command: Command) => string | false> = {
  rm: removes,
  grm: removes,
  del: removes,
  rd: (command) => removesAny(command, readOptions(command.args).operands),
  'remove-item': removes,
  unlink: (command) => touchesSystem(command, readOptions(command.args).operands),
  rimraf: (command) => removesAny(command, readOptions(command.args).operands),
  shred: (command) => command.args.some(({ text }) => !text.startsWith('-')) && 'overwrites files for good',
  srm: () => 'overwrites files for good',
  wipe: () => 'overwrites files for good',
  truncate: (command) =>
    touchesSystem(command, readOptions(command.args, new Set(['s', 'r', 'size', 'reference'])).operands),
  mv: moves,
  cp: (command) => overwritesSystem(readOptions(command.args).operands.at(-1)),
  tee: (command) =>
    readOptions(command.args).operands.some((file) => isSystemTarget(file)) && 'overwrites a system file',
  ln: (command) => {
    const options = readOptions(command.args)
    return hasOption(options, 'f', 'force') && overwritesSystem(options.operands.at(-1))
  },
  chmod: changesAll,
  chown: changesAll,
  chgrp: changesAll,
  chattr: changesAll,
  setfacl: changesAll,
  rsync: ({ args, moved }) => {
    const options = readOptions(args)
    const target = options.operands.at(-1)
    const deletes = [...options.long].some((name) => name.startsWith('del')) || options.long.has('remove-source-files')
    if (!deletes || !target || hasOption(options, 'n', 'dry-run')) return false
    return isPrecious(placeOf(target, moved)) && 'deletes what the source does not have'
  },
  dd: ({ args }) =>
    args.some(({ text }) => /^of=/.test(text) && isSystemTarget(targetOf(text))) &&
    'overwrites a device or system file',
  tar: ({ args }) => args.some(({ text }) => text === '--remove-files') && 'deletes what it packs',
}

export function judgeFiles(command: Command): Finding[] {
  const judge = Object.hasOwn(FILE_COMMANDS, command.name) ? FILE_COMMANDS[command.name] : undefined
  const reason = judge?.(command)
  if (reason) return [found('files', `${command.name} ${reason}`)]
  return []
}

function removes(command: Command): string | false {
  const options = readOptions(command.args)
  if (hasLong(options, 'no-preserve-root')) return 'is told not to spare the root'
  if (options.long.has('help') || options.long.has('version')) return false
  const isRecursive = hasOption(options, 'rR', 'recursive') || [...options.long].some((name) => name === 'recurse')
  if (isRecursive || command.args.some(({ text }) => /^-recurse$/i.test(text) || /^\/s$/i.test(text))) {
    return removesAny(command, options.operands)
  }
  // From find and xargs: whatever was found.
  if (options.operands.some(({ text, known }) => !known && text === '{}')) return 'deletes what another command found'
  return touchesSystem(command, options.operands)
}

const REASONS: Record<Exclude<Place, 'inside' | 'temporary'>, string> = {
  here: 'deletes the whole working folder',
  outside: 'deletes outside of the working folder',
  home: 'deletes in the home folder',
  system: 'deletes system files',
  unknown: 'deletes a folder that shows only when it runs',
}

function removesAny({ moved }: Command, targets: readonly Argument[]): string | false {
  for (const target of targets) {
    const place = placeOf(target, moved)
    if (place !== 'inside' && place !== 'temporary') return REASONS[place]
  }
  return false
}

/** Without recursion: single files outside may go, but not the system's, nor all of a folder that matters. */
function touchesSystem({ moved }: Command, targets: readonly Argument[]): string | false {
  for (const target of targets) {
    const place = placeOf(target, moved)
    if (place === 'system') return 'deletes system files'
    if (place === 'home' && (target.glob || /^~\/?\.[a-z]/.test(target.text))) return 'deletes in the home folder'
    if (target.text.startsWith('.git/')) return 'deletes the history of the checkout'
  }
  return false
}

function moves({ args, moved }: Command): string | false {
  const options = readOptions(args, new Set(['t', 'S', 'target-directory', 'suffix']))
  const [sources, target] = [options.operands.slice(0, -1), options.operands.at(-1)]
  if (target?.text === '/dev/null') return 'throws files away'
  if (sources.some((source) => placeOf(source, moved) === 'system' || /^~\/?$/.test(source.text)))
    return 'moves system files away'
  return overwritesSystem(target)
}

const overwritesSystem = (target: Argument | undefined): string | false =>
  target !== undefined && isSystemTarget(target) && 'overwrites system files'

/** Below folders that a system keeps for itself; `/usr/local` and `/var/www` are where people install things. */
const KEPT =
  /^\/(?:etc|bin|sbin|lib|lib64|boot|sys|proc|usr\/(?:bin|sbin|lib))(?:\/|$)|^\/dev\/(?:[shv]d|xvd|nvme|mmcblk|disk|mem|kmem|dm-|mapper|md|loop|rdisk)/
const OPENS_DOORS =
  /^~\/(?:\.ssh\/(?:authorized_keys|config|id_)|\.(?:bashrc|bash_profile|profile|zshrc|zprofile|zshenv|gitconfig)$)/

const isSystemTarget = ({ text }: Argument): boolean => KEPT.test(text.replace(/\/+/g, '/')) || OPENS_DOORS.test(text)

const targetOf = (operand: string): Argument => ({
  text: operand.slice(3),
  known: true,
  glob: false,
  substituted: false,
})

function changesAll({ name, args, moved }: Command): string | false {
  const options: Options = readOptions(args)
  if (!hasOption(options, 'R', 'recursive')) return false
  const targets = options.operands.slice(name === 'setfacl' ? 0 : 1)
  return (
    targets.some(
      (target) =>
        (/^(?:system|home|outside)$/.test(placeOf(target, moved)) && placeOf(target, moved) !== 'outside') ||
        target.text === '/',
    ) && 'changes rights of everything there'
  )
}

/** `> file`. */
export function judgeOverwrite(target: Argument, moved: boolean): Finding[] {
  if (isSystemTarget(target)) return [found('files', 'writes to a device, a system file or what a shell starts with')]
  return placeOf(target, moved) === 'outside' && target.text.startsWith('.git/')
    ? [found('git', 'overwrites the history of the checkout')]
    : []
}
