/**
 * One table that follows any number of short patterns through a text at once, one step a character: so the price of looking
 * does not grow with what is looked for. Letters match in any case. `\d` is a digit, `\h` a hexadecimal one, `\l` a letter,
 * `\w` either, `\_` neither of them, the beginning of the text included.
 */
export interface Automaton {
  /** For each ASCII character its column. */
  columns: Uint8Array
  /** Row `state`, column: the next state. Rows are 64 wide. */
  next: Uint16Array
  /** For each state the marks of the patterns that end there. */
  marks: Int32Array
  /** The state at the beginning of a text, and after anything beyond ASCII. */
  start: number
}

type CharacterSet = ReadonlySet<number>

const ASCII = 128
export const ROW = 6
const isLetterOrDigit = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 97 && c <= 122)
const setOf = (belongs: (c: number) => boolean): CharacterSet =>
  new Set([...Array(ASCII).keys()].filter((c) => !(c >= 65 && c <= 90) && belongs(c)))
const DIGITS = setOf((c) => c >= 48 && c <= 57)
const HEXADECIMAL = setOf((c) => (c >= 48 && c <= 57) || (c >= 97 && c <= 102))
const SETS: Record<string, CharacterSet> = {
  d: DIGITS,
  h: HEXADECIMAL,
  l: setOf((c) => c >= 97 && c <= 122),
  w: setOf(isLetterOrDigit),
  _: setOf((c) => !isLetterOrDigit(c)),
  '/': new Set([0x2f]),
}

const letters = new Map<string, CharacterSet>()
function setOfLetter(letter: string): CharacterSet {
  const known = letters.get(letter) ?? new Set([letter.charCodeAt(0)])
  letters.set(letter, known)
  return known
}

function readPattern(pattern: string): CharacterSet[] {
  const sets: CharacterSet[] = []
  for (let i = 0; i < pattern.length; i++) {
    const set = pattern[i] === '\\' ? SETS[pattern[++i]!] : setOfLetter(pattern[i]!.toLowerCase())
    if (set === undefined) throw new Error(`no such set in ${pattern}`)
    sets.push(set)
  }
  return sets
}

/** Subset construction over the positions within all patterns. `patterns`: the mark of each. */
export function buildAutomaton(patterns: Iterable<readonly [pattern: string, mark: number]>): Automaton {
  const wanted: CharacterSet[] = []
  const markAt: number[] = []
  const firsts: number[] = []
  for (const [pattern, mark] of patterns) {
    firsts.push(wanted.length)
    const sets = readPattern(pattern)
    wanted.push(...sets)
    markAt.push(...sets.map((_, i) => (i === sets.length - 1 ? mark : 0)))
  }
  const { columns, samples } = columnsOf(wanted)
  const columnsOfSet = new Map<CharacterSet, number[]>()
  for (const set of new Set(wanted))
    columnsOfSet.set(
      set,
      [...samples.keys()].filter((c) => set.has(samples[c]!)),
    )
  const advance = (positions: readonly number[], column: number): Reached => {
    const reached: Reached = { positions: [], mark: 0 }
    for (const position of positions) {
      if (!wanted[position]!.has(samples[column]!)) continue
      if (markAt[position] !== 0) reached.mark |= markAt[position]!
      else reached.positions.push(position + 1)
    }
    return reached
  }
  // What a character begins is the same wherever it stands: a state names it by the character, and lists only the rest.
  const begun = samples.map((_, column) => advance(firsts, column))
  const goneOn = begun.map(({ positions }) => samples.map((_, column) => advance(positions, column)))

  const states = new Map<string, number>()
  const members: { last: number; rest: readonly number[]; mark: number }[] = []
  const stateAfter = (column: number, rest: readonly number[], mark: number): number => {
    const key = `${column}:${mark}:${rest.join()}`
    let state = states.get(key)
    if (state === undefined) {
      state = members.length
      states.set(key, state)
      members.push({ last: column, rest, mark })
    }
    return state
  }
  const fresh = samples.map((_, column) => stateAfter(column, [], begun[column]!.mark))
  const rows: Uint16Array[] = []
  for (let state = 0; state < members.length; state++) {
    const { last, rest } = members[state]!
    const row = Uint16Array.from(fresh)
    for (let column = 0; column < samples.length; column++) {
      const fromBegun = goneOn[last]![column]!
      const fromRest = rest.length === 0 ? NOTHING : advance(rest, column)
      const mark = fromBegun.mark | fromRest.mark | begun[column]!.mark
      const on = [...fromBegun.positions, ...fromRest.positions]
      if (on.length > 0 || mark !== begun[column]!.mark) {
        row[column] = stateAfter(
          column,
          on.sort((a, b) => a - b),
          mark,
        )
      }
    }
    rows.push(row)
  }
  const next = new Uint16Array(rows.length << ROW)
  for (const [state, row] of rows.entries()) next.set(row, state << ROW)
  const start = fresh[columns[0x20]!]!
  return { columns, next, marks: Int32Array.from(members, ({ mark }) => mark), start }
}

interface Reached {
  positions: number[]
  mark: number
}
const NOTHING: Reached = { positions: [], mark: 0 }

/** Characters that no pattern tells apart share a column. */
function columnsOf(wanted: readonly CharacterSet[]): { columns: Uint8Array; samples: number[] } {
  const columns = new Uint8Array(ASCII)
  const samples: number[] = []
  const bySignature = new Map<string, number>()
  const distinct = [...new Set(wanted)]
  for (let c = 0; c < ASCII; c++) {
    const folded = c >= 65 && c <= 90 ? c + 32 : c
    const signature = distinct.map((set) => (set.has(folded) ? 1 : 0)).join('')
    let column = bySignature.get(signature)
    if (column === undefined) {
      column = samples.length
      bySignature.set(signature, column)
      samples.push(folded)
    }
    columns[c] = column
  }
  if (samples.length > 1 << ROW) throw new Error('the patterns tell too many characters apart')
  return { columns, samples }
}
