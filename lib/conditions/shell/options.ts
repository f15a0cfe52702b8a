import type { Argument } from './words'

/** Arguments of a command as getopt reads them: short flags may be joined, long ones cut short, `--` ends them. */
export interface Options {
  /** Single letters that were given. */
  short: Set<string>
  /** Long options as written, without dashes and value. */
  long: Set<string>
  /** What follows an option: by letter or name. */
  values: Map<string, Argument[]>
  operands: Argument[]
}

/** @param valued options that take a value: letters, and names without dashes */
export function readOptions(args: readonly Argument[], valued: ReadonlySet<string> = new Set()): Options {
  const options: Options = { short: new Set(), long: new Set(), values: new Map(), operands: [] }
  const addValue = (name: string, value: Argument | undefined) => {
    if (value) options.values.set(name, [...(options.values.get(name) ?? []), value])
  }
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!
    const { text } = arg
    if (text === '--') {
      options.operands.push(...args.slice(index + 1))
      break
    }
    if (text.startsWith('--')) {
      const [name, ...value] = text.slice(2).split('=')
      options.long.add(name!)
      if (value.length > 0) addValue(name!, { ...arg, text: value.join('=') })
      else if (valued.has(name!)) addValue(name!, args[++index])
    } else if (text.startsWith('-') && text.length > 1) {
      for (let letter = 1; letter < text.length; letter++) {
        const name = text[letter]!
        options.short.add(name)
        if (!valued.has(name)) continue
        const rest = text.slice(letter + 1)
        addValue(name, rest === '' ? args[++index] : { ...arg, text: rest })
        break
      }
    } else options.operands.push(arg)
  }
  return options
}

/** Whether a long option is given, in full or cut short as getopt allows: `--har` is `--hard`. */
export function hasLong({ long }: Options, name: string): boolean {
  if (long.has(name)) return true
  for (const given of long) if (given.length >= 2 && name.startsWith(given)) return true
  return false
}

export const hasOption = (options: Options, short: string, name: string): boolean =>
  [...short].some((letter) => options.short.has(letter)) || hasLong(options, name)
