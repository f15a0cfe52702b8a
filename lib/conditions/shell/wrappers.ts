import type { Argument } from './words'

/** A command whose arguments are another command. */
interface Wrapper {
  /** Options that take a value: letters, and names without dashes. */
  valued: string
  /** Operands before the command: a duration, a host. */
  skip?: number
  /** `NAME=value` may stand before the command. */
  assigns?: boolean
  /** The rest is joined and read by a shell, as `eval` and `ssh` do. */
  joins?: boolean
  /** The command stands after `--`, options before it. */
  afterDashes?: boolean
  /** It runs somewhere else, where relative paths say nothing. */
  elsewhere?: boolean
}

const WRAPPERS: Record<string, Wrapper> = {
  sudo: { valued: 'u g h p C c D R r t T U user group host prompt close-from chdir chroot role type', assigns: true },
  doas: { valued: 'u C' },
  env: { valued: 'u C P unset chdir', assigns: true },
  nohup: { valued: '' },
  pkexec: { valued: 'user' },
  setpriv: {
    valued: 'reuid regid groups inh-caps ambient-caps bounding-set securebits selinux-label apparmor-profile',
  },
  prlimit: { valued: 'p o pid output' },
  runcon: { valued: 't u r l type user role range', skip: 1 },
  'dbus-run-session': { valued: 'config-file dbus-daemon' },
  'ssh-agent': { valued: 'a t O P' },
  faketime: { valued: 'f p', skip: 1 },
  entr: { valued: '' },
  sg: { valued: '', skip: 1, joins: true },
  setsid: { valued: '' },
  nice: { valued: 'n adjustment' },
  ionice: { valued: 'c n p class classdata' },
  chrt: { valued: 'p', skip: 1 },
  taskset: { valued: '', skip: 1 },
  time: { valued: 'f o format output' },
  timeout: { valued: 's k signal kill-after', skip: 1 },
  gtimeout: { valued: 's k signal kill-after', skip: 1 },
  stdbuf: { valued: 'i o e input output error' },
  command: { valued: '' },
  builtin: { valued: '' },
  exec: { valued: 'a' },
  busybox: { valued: '' },
  toybox: { valued: '' },
  strace: { valued: 'e o p s u' },
  ltrace: { valued: 'e o p s u' },
  caffeinate: { valued: 't w' },
  unbuffer: { valued: '' },
  fakeroot: { valued: '' },
  firejail: { valued: '' },
  torsocks: { valued: '' },
  proxychains: { valued: 'f' },
  proxychains4: { valued: 'f' },
  chroot: { valued: 'userspec groups', skip: 1, elsewhere: true },
  unshare: { valued: '' },
  nsenter: { valued: 't target' },
  'systemd-run': { valued: 'p u unit property' },
  flock: { valued: 'w E timeout', skip: 1 },
  watch: { valued: 'n interval', joins: true },
  eval: { valued: '', joins: true },
  ssh: { valued: 'b c D E e F I i J L l m O o p Q R S W w B', skip: 1, joins: true, elsewhere: true },
  trap: { valued: '', joins: true },
  npx: { valued: 'p package' },
  bunx: { valued: '' },
}

/** Subcommands after which another command stands: `docker exec -it web rm -rf /`. */
const SUBCOMMANDS: Record<string, Record<string, Wrapper>> = {
  docker: containers(),
  podman: containers(),
  nerdctl: containers(),
  kubectl: {
    exec: { valued: 'n c f namespace container context kubeconfig', skip: 1, elsewhere: true, afterDashes: true },
  },
  oc: { exec: { valued: 'n c f namespace container', skip: 1, elsewhere: true, afterDashes: true } },
  poetry: { run: { valued: '' } },
  pipenv: { run: { valued: '' } },
  uv: { run: { valued: 'with python' } },
  bundle: { exec: { valued: '' } },
  direnv: { exec: { valued: '', skip: 1 } },
  'aws-vault': { exec: { valued: 'd duration', skip: 1 } },
  op: { run: { valued: 'env-file' } },
}

function containers(): Record<string, Wrapper> {
  const valued =
    'e u w v p h m l c env user workdir volume publish hostname name network mount entrypoint label memory cpus env-file platform add-host'
  return {
    exec: { valued, skip: 1, elsewhere: true },
    run: { valued, skip: 1, elsewhere: true },
  }
}

export interface Unwrapped {
  /** The wrapped command, or the text of a script. */
  rest: Argument[]
  joins: boolean
  elsewhere: boolean
  /** Options of the wrapper itself. */
  options: Argument[]
}

/** What a wrapper wraps; undefined for every other command. */
export function unwrap(name: string, args: readonly Argument[]): Unwrapped | undefined {
  const subcommands = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name]! : undefined
  if (subcommands) {
    const at = args.findIndex(({ text }) => Object.hasOwn(subcommands, text))
    const before = args.slice(0, Math.max(at, 0))
    const isCompose = before[0]?.text === 'compose'
    if (at === -1 || (at > 0 && !isCompose && !before.every(({ text }) => text.startsWith('-')))) return undefined
    return unwrapBy(subcommands[args[at]!.text]!, args.slice(at + 1))
  }
  return Object.hasOwn(WRAPPERS, name) ? unwrapBy(WRAPPERS[name]!, args) : undefined
}

function unwrapBy(wrapper: Wrapper, args: readonly Argument[]): Unwrapped {
  const dashes = wrapper.afterDashes ? args.findIndex(({ text }) => text === '--') : -1
  if (dashes !== -1) {
    return { rest: args.slice(dashes + 1), joins: false, elsewhere: wrapper.elsewhere ?? false, options: [] }
  }
  let at = afterOptions(args, new Set(wrapper.valued.split(' ')))
  const options = args.slice(0, at)
  if (wrapper.assigns) while (at < args.length && (isAssignment(args[at]!.text) || args[at]!.text === '-')) at++
  for (let skipped = 0; skipped < (wrapper.skip ?? 0); skipped++) at++
  // `ssh host -- cmd`, `kubectl exec pod -- cmd`.
  if (args[at]?.text === '--') at++
  return {
    rest: args.slice(at),
    options: [...options],
    joins: wrapper.joins ?? false,
    elsewhere: wrapper.elsewhere ?? false,
  }
}

/** Index of the first operand: options end at it, as they do for every command that runs another. */
export function afterOptions(args: readonly Argument[], valued: ReadonlySet<string>): number {
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (text === '--') return at + 1
    if (!text.startsWith('-') || text === '-') return at
    if (text.startsWith('--')) {
      if (!text.includes('=') && valued.has(text.slice(2))) at++
      continue
    }
    const letter = [...text.slice(1)].findIndex((one) => valued.has(one))
    if (letter !== -1 && letter === text.length - 2) at++
  }
  return args.length
}

const isAssignment = (text: string) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(text)
