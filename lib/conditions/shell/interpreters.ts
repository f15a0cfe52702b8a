import { readEmbedded } from './embedded-code'
import { type Command, found, type Input, NO_INPUT, type Step } from './reading'
import type { Argument } from './words'

const SHELLS = new Set('sh bash dash zsh ksh ash fish csh tcsh rbash mksh pwsh powershell'.split(' '))

/** Programs that run code from an argument, by the option that brings it. */
const CODE_OPTIONS: Record<string, RegExp> = {
  python: /^-[a-zA-Z]*c$/,
  pypy: /^-c$/,
  perl: /^-[a-zA-Z]*[eE]$/,
  ruby: /^-[a-zA-Z]*e$/,
  node: /^(?:-[a-zA-Z]*[ep]|--eval|--print)$/,
  nodejs: /^(?:-e|-p|--eval|--print)$/,
  bun: /^(?:-e|--eval)$/,
  deno: /^eval$/,
  php: /^-r$/,
  lua: /^-e$/,
  osascript: /^-e$/,
  groovy: /^-e$/,
  rscript: /^-e$/,
}

/** Commands that run code: what it amounts to. Undefined for all else. */
export function interpret(command: Command): Step[] | undefined {
  const { name } = command
  if (SHELLS.has(name)) return shell(command)
  if (name === 'source' || name === '.') return sourced(command)
  if (name === 'awk' || name === 'gawk' || name === 'mawk') return command.args.flatMap(awk)
  const language = name.replace(/[\d.]+$/, '')
  const option = Object.hasOwn(CODE_OPTIONS, language) ? CODE_OPTIONS[language] : undefined
  return option ? interpreter(command, language, option) : undefined
}

// Options of shells that take a value of their own.
const SHELL_VALUED = /^(?:[-+][abefhkmnptuvxBCEHPT]*[oO]|--rcfile|--init-file)$/

function shell({ args, input, name }: Command): Step[] {
  let isScriptNext = false
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    const { text } = arg
    if ((name === 'pwsh' || name === 'powershell') && /^-e(?:nc|c|ncodedcommand)?$/i.test(text)) return hidden()
    if (SHELL_VALUED.test(text)) at++
    else if (text === '--') {
      const file = args[at + 1]
      return isScriptNext ? scriptOf(file, input) : file ? fileOf(file) : fromInput(input)
    } else if (/^-[a-zA-Z]*c[a-zA-Z]*$/i.test(text) || text === '--command' || /^-command$/i.test(text))
      isScriptNext = true
    else if (/^[-+]/.test(text) && text !== '-') continue
    else return isScriptNext ? scriptOf(arg, input) : text === '-' ? fromInput(input) : fileOf(arg)
  }
  return isScriptNext ? [] : fromInput(input)
}

const hidden = (): Step[] => [{ kind: 'finding', finding: found('code', 'runs code that is not readable here') }]

function scriptOf(text: Argument | undefined, input: Input): Step[] {
  if (!text) return []
  // `bash -c "$SCRIPT"`: nothing of it can be read.
  if (!text.known && /^(?:\$|`|\{\})\S*$/.test(text.text)) return hidden()
  if (text.substituted && /^(?:\$\(|`)/.test(text.text)) return hidden()
  return [{ kind: 'script', text, input }]
}

/** A script in a file is a program like any other; one that another command prints is not. */
const fileOf = (file: Argument): Step[] => (file.substituted ? hidden() : [])

function fromInput(input: Input): Step[] {
  if (input.kind === 'text' && input.text.known) return [{ kind: 'script', text: input.text, input: NO_INPUT }]
  if (input.kind === 'text') return scriptOf(input.text, NO_INPUT)
  return input.kind === 'pipe' ? hidden() : []
}

function sourced({ args, input }: Command): Step[] {
  const [file] = args
  if (file?.text === '/dev/stdin') return fromInput(input)
  return file ? fileOf(file) : []
}

function interpreter({ args, input }: Command, language: string, option: RegExp): Step[] {
  const at = args.findIndex(({ text }) => option.test(text))
  const code = args[at + 1]
  if (at !== -1 && code) return code.substituted && !code.known ? hidden() : readEmbedded(code.text, language)
  const attached = args.find(({ text }) => /^-[ceE]./.test(text) && option.test(text.slice(0, 2)))
  if (attached) return readEmbedded(attached.text.slice(2), language)
  const file = args.find(({ text }) => !text.startsWith('-') || text === '-')
  if (file && file.text !== '-') return fileOf(file)
  // `python -m http.server` has its module, no code.
  if (args.some(({ text }) => text === '-m' || text === '--version' || text === '-V' || text === '-v')) return []
  if (input.kind === 'text' && input.text.known) return readEmbedded(input.text.text, language)
  return input.kind === 'pipe' || input.kind === 'text' ? hidden() : []
}

function awk(arg: Argument): Step[] {
  return /\bsystem\s*\(|\|\s*getline|\|\s*"|\|&/.test(arg.text) ? readEmbedded(arg.text, 'awk') : []
}
