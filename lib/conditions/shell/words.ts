import type { Word as SyntaxWord, WordPart } from 'unbash'

/** One argument as a command would get it, as far as that can be told without running anything. */
export interface Argument {
  text: string
  /** False where a part of it is only known when it runs: `$DIR`, `$(mktemp)`. That part stands in `text` as written. */
  known: boolean
  /** Has an unquoted `*`, `?` or `[…]`. */
  glob: boolean
  /** Has `$(…)` or backticks: what it says is what another command printed. */
  substituted: boolean
}

export const argument = (text: string): Argument => ({ text, known: true, glob: false, substituted: false })
export const unknownArgument = (text = '$'): Argument => ({ text, known: false, glob: false, substituted: false })

export type Variables = Map<string, Argument>

/** What is the same wherever a command runs, said as a path that `paths.ts` can judge. */
const KNOWN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['HOME', '~'],
  ['PWD', '.'],
  ['OLDPWD', '..'],
  ['TMPDIR', '/tmp'],
  ['TMP', '/tmp'],
  ['TEMP', '/tmp'],
  ['IFS', ' '],
])

const MAX_FIELDS = 256

/** A piece of a word. Only an unquoted expansion may turn out to be several words. */
interface Piece extends Argument {
  quoted: boolean
}

/** A word after expansion: none where it is empty, several where braces or spaces in a variable make them. */
export function expandWord(word: SyntaxWord, variables: Variables): Argument[] {
  if (!word.parts) return [argument(word.value)]
  return expandParts(word.parts, variables, false).flatMap(splitFields).slice(0, MAX_FIELDS)
}

/** The same as one text: of an assignment, a redirect or a here-document. */
export function expandText(parts: readonly WordPart[], variables: Variables): Argument {
  return merge(expandParts(parts, variables, true)[0] ?? [])
}

const literal = (text: string, quoted: boolean): Piece => ({ ...argument(text), quoted })
const unknown = (text: string, quoted: boolean, substituted = false): Piece => ({
  ...unknownArgument(text),
  quoted,
  substituted,
})

function expandParts(parts: readonly WordPart[], variables: Variables, quoted: boolean): Piece[][] {
  let alternatives: Piece[][] = [[]]
  for (const part of parts) {
    const options = expandPart(part, variables, quoted)
    if (options.length === 1) {
      for (const before of alternatives) before.push(...options[0]!)
      continue
    }
    const next: Piece[][] = []
    for (const before of alternatives) for (const option of options) next.push([...before, ...option])
    // More combinations than anyone writes: what they are is not known.
    alternatives = next.length > MAX_FIELDS ? [[unknown('{}', false)]] : next
  }
  return alternatives
}

function expandPart(part: WordPart, variables: Variables, quoted: boolean): Piece[][] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [[literal(part.value, true)]]
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inside = expandParts(part.parts, variables, true)[0] ?? []
      return [inside.length > 0 ? inside : [literal('', true)]]
    }
    case 'SimpleExpansion':
      return [[variable(part.text.slice(1), part.text, variables, quoted)]]
    case 'ParameterExpansion':
      return [[parameter(part, variables, quoted)]]
    case 'Glob':
    case 'ExtendedGlob':
      return [[{ ...literal(part.text, quoted), glob: !quoted }]]
    case 'BraceExpansion':
      return expandBraces(part.text).map((text) => [literal(text, true)])
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return [[unknown(part.text, quoted, true)]]
    case 'ArithmeticExpansion':
      return [[unknown(part.text, true)]]
  }
}

function variable(name: string, written: string, variables: Variables, quoted: boolean): Piece {
  const known = variables.get(name)
  if (known) return { ...known, quoted }
  const everywhere = KNOWN_VARIABLES.get(name)
  return everywhere === undefined ? unknown(written, quoted) : literal(everywhere, quoted)
}

function parameter(part: WordPart & { type: 'ParameterExpansion' }, variables: Variables, quoted: boolean): Piece {
  const { parameter: name, prefix, operation, index } = part
  if (prefix !== undefined || index !== undefined) return unknown(part.text, quoted)
  if (operation === undefined) return variable(name, part.text, variables, quoted)
  if (operation.type !== 'Default' || !operation.operator.endsWith('-')) return unknown(part.text, quoted)
  // `${DIR:-/}`: where nothing sets it, the default is what is meant.
  const value = variable(name, part.text, variables, quoted)
  return value.known ? value : { ...(expandWord(operation.operand, variables)[0] ?? argument('')), quoted }
}

/** `{a,b}` and `{1..3}`; nested ones, too. Quotes inside are taken out. */
function expandBraces(text: string): string[] {
  const inner = text.slice(1, -1)
  const range = /^(-?\d{1,9}|[a-zA-Z])\.\.(-?\d{1,9}|[a-zA-Z])(?:\.\.-?\d{1,9})?$/.exec(inner)
  // Which of them does not matter: the ends are enough to judge by.
  if (range) return [range[1]!, range[2]!]
  const options: string[] = ['']
  let depth = 0
  for (const char of inner) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (char === ',' && depth === 0) options.push('')
    else options[options.length - 1] += char
    if (options.length > MAX_FIELDS) return ['{}']
  }
  return options.map((option) => option.replace(/["'\\]/g, ''))
}

/** An unquoted variable may hold several words: `rm${IFS}-rf${IFS}/` is three. */
function splitFields(pieces: Piece[]): Argument[] {
  const fields: Piece[][] = [[]]
  for (const piece of pieces) {
    if (piece.quoted || !piece.known || !/\s/.test(piece.text)) {
      fields.at(-1)!.push(piece)
      continue
    }
    piece.text.split(/\s+/).forEach((text, index) => {
      if (index > 0) fields.push([])
      if (text !== '') fields.at(-1)!.push({ ...piece, text })
    })
  }
  return fields.filter((field) => field.length > 0).map(merge)
}

function merge(pieces: readonly Piece[]): Argument {
  return {
    text: pieces.map(({ text }) => text).join(''),
    known: pieces.every(({ known }) => known),
    glob: pieces.some(({ glob }) => glob),
    substituted: pieces.some(({ substituted }) => substituted),
  }
}
