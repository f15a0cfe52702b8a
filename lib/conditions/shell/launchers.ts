import { isPrecious, placeOf } from './paths'
import { type Command, found, type Input, NO_INPUT, type Step } from './reading'
import { type Argument, argument, unknownArgument } from './words'
import { afterOptions, unwrap } from './wrappers'

/** Commands that run other commands with what they read or find. Undefined for all else. */
export function launch(command: Command): Step[] | undefined {
  switch (command.name) {
    case 'xargs':
      return xargs(command)
    case 'parallel':
      return parallel(command)
    case 'find':
    case 'gfind':
      return find(command)
    case 'fd':
    case 'fdfind':
      return fd(command)
    case 'alias':
      return command.args.flatMap((arg) => scriptAfterEquals(arg))
    case 'su':
    case 'runuser':
    case 'script':
    case 'nix-shell':
    case 'tmux':
    case 'screen':
      return takesScript(command)
    case 'env':
      return env(command)
    default:
      return wrapped(command)
  }
}

function wrapped({ name, args, input }: Command): Step[] | undefined {
  const inner = unwrap(name, args)
  if (!inner) return undefined
  const isRoot = name === 'sudo' && inner.options.some(({ text }) => /^-[a-zA-Z]*[si]/.test(text) || text === '--shell')
  if (name === 'flock' && inner.rest[0]?.text === '-c') return script(inner.rest.slice(1), input)
  if (inner.joins && name === 'trap') return script(inner.rest.slice(0, 1), input)
  if (inner.joins || isRoot) return script(inner.rest, input, inner.elsewhere)
  return inner.rest.length === 0 ? [] : [{ kind: 'command', words: inner.rest, input, elsewhere: inner.elsewhere }]
}

/** `env -S 'cmd args'` splits its text; everything else is a wrapper. */
function env(command: Command): Step[] {
  const at = command.args.findIndex(({ text }) => /^-[a-zA-Z0]*S/.test(text) || text.startsWith('--split-string'))
  if (at === -1) return wrapped(command) ?? []
  const given = command.args[at]!
  const joined = given.text.replace(/^-[a-zA-Z0]*?S|^--split-string=?/, '')
  const rest = command.args.slice(at + 1)
  const words = joined === '' ? rest : [{ ...given, text: joined }, ...rest]
  return script(words, command.input)
}

function script(words: readonly Argument[], input: Input, elsewhere = false): Step[] {
  if (words.length === 0) return []
  return [{ kind: 'script', text: join(words), input, elsewhere }]
}

/** As a shell would read them again: what is not known stays a variable. */
function join(words: readonly Argument[]): Argument {
  return {
    text: words.map(({ text }) => text).join(' '),
    known: words.every(({ known }) => known),
    glob: false,
    substituted: words.some(({ substituted }) => substituted),
  }
}

function takesScript({ name, args, input }: Command): Step[] {
  const at = args.findIndex(({ text }) => /^-[a-z]*c$/.test(text) || text === '--command' || text === '--run')
  if (at !== -1 && args[at + 1]) return script([args[at + 1]!], input)
  // `tmux new-session -d 'cmd'`, `tmux send-keys 'cmd' Enter`: any of them may be typed into a shell.
  if (name !== 'tmux' && name !== 'screen') return []
  return args.filter(({ text }) => text.includes(' ')).flatMap((arg) => script([arg], input))
}

function scriptAfterEquals(arg: Argument): Step[] {
  const at = arg.text.indexOf('=')
  return at === -1 ? [] : script([{ ...arg, text: arg.text.slice(at + 1) }], NO_INPUT)
}

const XARGS_VALUED = new Set(
  'I J L n P s E d a R S delimiter arg-file max-args max-procs max-lines max-chars eof process-slot-var'.split(' '),
)

function xargs({ args, input }: Command): Step[] {
  const at = afterOptions(args, XARGS_VALUED)
  const options = args.slice(0, at)
  const words = args.slice(at)
  const hasFile = options.some(({ text }) => text.startsWith('-a') || text.startsWith('--arg-file'))
  const text = !hasFile && input.kind === 'text' && input.text.known ? input.text.text : undefined
  const placeholder = placeholderOf(options)
  if (placeholder !== undefined && words.some((word) => word.text.includes(placeholder))) {
    if (takesScriptNext(words.slice(0, -1)) && words.at(-1)!.text === placeholder) return RUNS_INPUT
    // A line at a time, spaces and all.
    const lines = text?.split('\n').filter(Boolean).slice(0, 50).map(argument) ?? [unknownArgument('{}')]
    return lines.flatMap((line) => ran(words.map(replace(placeholder, line))))
  }
  if (takesScriptNext(words)) return RUNS_INPUT
  return ran([...words, ...(text === undefined ? [unknownArgument('{}')] : split(text))])
}

/** `xargs bash -c`: what is read is the script. */
const takesScriptNext = (words: readonly Argument[]): boolean => /^-[a-z]*c$/.test(words.at(-1)?.text ?? '')
const RUNS_INPUT: Step[] = [{ kind: 'finding', finding: found('code', 'runs what it reads as a script') }]

const ran = (words: readonly Argument[]): Step[] =>
  words.length === 0 ? [] : [{ kind: 'command', words, input: NO_INPUT }]

const split = (text: string) =>
  text
    .split(/[\s\0]+/)
    .filter(Boolean)
    .map(argument)

/** `-I X`, `-IX`, `-i`, `--replace=X`. */
function placeholderOf(options: readonly Argument[]): string | undefined {
  for (const [index, { text }] of options.entries()) {
    if (text === '-I' || text === '-J') return options[index + 1]?.text ?? '{}'
    if (/^-[IJi]./.test(text)) return text.slice(2)
    if (text === '-i' || text === '--replace') return '{}'
    if (text.startsWith('--replace=')) return text.slice('--replace='.length) || '{}'
  }
  return undefined
}

const replace = (placeholder: string, one: Argument) => (word: Argument) => {
  if (!word.text.includes(placeholder)) return word
  // In a script that is parsed again, what is not known has to look like it.
  const text = word.text.replaceAll(placeholder, one.known || word.text === placeholder ? one.text : '$INPUT')
  return { ...word, text, known: word.known && one.known, substituted: word.substituted || one.substituted }
}

const PARALLEL_VALUED = new Set(
  'j S I a N n L P s d C results jobs sshlogin arg-file colsep delimiter joblog timeout retries workdir tagstring'.split(
    ' ',
  ),
)

function parallel({ args, input }: Command): Step[] {
  const separator = args.findIndex(({ text }) => /^:::/.test(text))
  const before = separator === -1 ? args : args.slice(0, separator)
  const at = afterOptions(before, PARALLEL_VALUED)
  const options = before.slice(0, at)
  const words = before.slice(at)
  const given = separator === -1 ? [] : args.slice(separator + 1).filter(({ text }) => !/^:::/.test(text))
  const fromFile =
    args.some(({ text }) => /^::::/.test(text)) || options.some(({ text }) => /^(?:-a|--arg-file)/.test(text))
  const inputs = fromFile
    ? [unknownArgument('{}')]
    : separator !== -1
      ? given
      : input.kind === 'text' && input.text.known
        ? split(input.text.text)
        : [unknownArgument('{}')]
  if (words.length === 0) return input.kind === 'none' && separator === -1 ? [] : inputs.flatMap(asScript)
  if (takesScriptNext(words)) return RUNS_INPUT
  const own = placeholderOf(options) ?? '{}'
  if (takesScriptNext(words.slice(0, -1)) && words.at(-1)!.text === own) return RUNS_INPUT
  return inputs.slice(0, 50).flatMap((one) => {
    const filled = words.map(replace(own, one)).map(fillOther)
    return ran(words.some(({ text }) => text.includes(own) || OTHER_PLACEHOLDER.test(text)) ? filled : [...words, one])
  })
}

const asScript = (one: Argument): Step[] => (one.known ? script([one], NO_INPUT) : RUNS_INPUT)

// `{.}`, `{/}`, `{1}`: a part of the input, or one of several.
const OTHER_PLACEHOLDER = /\{(?:\.|\/|\/\/|\/\.|#|%|\d+)\}/
const fillOther = (word: Argument): Argument => (OTHER_PLACEHOLDER.test(word.text) ? { ...word, known: false } : word)

// Predicates of find that take an argument, which is then no predicate.
const FIND_VALUED = new Set(
  `-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -type -xtype -user -group -uid -gid -perm
  -size -mtime -atime -ctime -mmin -amin -cmin -newer -anewer -cnewer -samefile -inum -links -fstype -maxdepth -mindepth
  -printf -fprint -fprintf -fls -context -used -regextype`.split(/\s+/),
)
const FIND_RUNS = new Set(['-exec', '-execdir', '-ok', '-okdir'])

function find({ args, moved }: Command): Step[] {
  const steps: Step[] = []
  const options = args.findIndex(({ text }) => /^[-(!]/.test(text))
  const starts = args.slice(0, options === -1 ? args.length : options)
  // What is found below a folder is as precious as the folder; `find` alone begins here.
  const isHarmless = starts.length > 0 && starts.every((start) => !isPrecious(placeOf(start, moved)))
  const foundOne = isHarmless ? argument(`${starts[0]!.text}/found`) : unknownArgument('{}')
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (FIND_VALUED.has(text)) at++
    else if (text === '-delete' && !isHarmless) {
      steps.push({ kind: 'finding', finding: found('files', 'find deletes what it finds') })
    } else if (FIND_RUNS.has(text)) {
      const end = args.findIndex((arg, index) => index > at && (arg.text === ';' || arg.text === '+'))
      const words = args.slice(at + 1, end === -1 ? args.length : end)
      steps.push(...ran(words.map(replace('{}', foundOne))))
      at = end === -1 ? args.length : end
    }
  }
  return steps
}

function fd({ args }: Command): Step[] {
  const at = args.findIndex(({ text }) => /^(?:-x|-X|--exec|--exec-batch)$/.test(text))
  if (at === -1) return []
  const words = args.slice(at + 1)
  return ran(words.some(({ text }) => text.includes('{}')) ? words : [...words, unknownArgument('{}')])
}
