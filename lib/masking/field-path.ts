/** One step of a path: to a member by name, to an element by index, or to every child; of this node or of any below it. */
export interface Step {
  select: { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'every' }
  anywhereBelow: boolean
}

export class FieldPathProblem extends Error {
  constructor(
    readonly path: string,
    readonly at: number,
    readonly reason: string,
  ) {
    super(`${path === '' ? 'An empty path' : `\`${path}\`, character ${at + 1}`}: ${reason}`)
  }
}

const BARE_NAME = /^[^\s$.[\]"'*@]+$/u
/** RFC 9535 `member-name-shorthand`: letters, digits and underscores, and anything beyond ASCII. */
const SHORTHAND = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*/uy
const INDEX = /(?:0|[1-9]\d{0,8})(?=\s*\])/y
const MAX_STEPS = 24
const MAX_LENGTH = 300

/**
 * The part of JSONPath (RFC 9535) that can be followed in one pass: `.name`, `['name']`, `[0]`, `[*]`, `.*` and `..` before
 * each of them. A bare name stands for that member anywhere: `dob` for `$..dob`. @throws FieldPathProblem
 */
export function parseFieldPath(path: string): Step[] {
  if (path.trim() === '') throw new FieldPathProblem('', 0, 'name a field or write a path such as $..dob')
  if (path.length > MAX_LENGTH) throw new FieldPathProblem(`${path.slice(0, 40)}…`, 0, `longer than ${MAX_LENGTH}`)
  if (!path.startsWith('$')) {
    if (BARE_NAME.test(path)) return [{ select: { kind: 'name', name: path }, anywhereBelow: true }]
    throw new FieldPathProblem(path, 0, 'a path begins with $; a bare name has no dots, brackets, quotes or spaces')
  }
  const reader = new PathReader(path)
  const steps: Step[] = []
  while (!reader.isAtEnd) {
    if (steps.length === MAX_STEPS) throw reader.problem(`more than ${MAX_STEPS} steps`)
    steps.push(reader.step())
  }
  if (steps.length === 0)
    throw new FieldPathProblem(path, 0, '$ alone would mask every value; write $..* if you mean it')
  return steps
}

class PathReader {
  private at = 1

  constructor(private readonly path: string) {}

  get isAtEnd(): boolean {
    return this.at === this.path.length
  }

  problem(reason: string, at = this.at): FieldPathProblem {
    return new FieldPathProblem(this.path, at, reason)
  }

  step(): Step {
    const anywhereBelow = this.take('..')
    if (this.take('[')) return { select: this.bracketed(), anywhereBelow }
    if (!anywhereBelow && !this.take('.')) throw this.problem('expected . or [ here')
    if (this.take('*')) return { select: { kind: 'every' }, anywhereBelow }
    const name = this.match(SHORTHAND)
    if (name === null) throw this.problem("expected a name here; quote others: ['date-of-birth']")
    return { select: { kind: 'name', name }, anywhereBelow }
  }

  private bracketed(): Step['select'] {
    this.skipSpace()
    const select = this.selector()
    this.skipSpace()
    if (this.path[this.at] === ',') throw this.problem('one selector per bracket; write a path for each')
    if (!this.take(']')) throw this.problem('expected ] here')
    return select
  }

  private selector(): Step['select'] {
    const first = this.path[this.at]
    if (first === '*') {
      this.at++
      return { kind: 'every' }
    }
    if (first === "'" || first === '"') return { kind: 'name', name: this.quoted(first) }
    if (first === '?') throw this.problem('filters are not supported')
    const start = this.at
    const index = this.match(INDEX)
    if (index !== null) return { kind: 'index', index: Number(index) }
    if (first === '-') throw this.problem('an index counts from the front', start)
    if (first !== undefined && /[\d:]/.test(first)) throw this.problem('slices are not supported, write [*]', start)
    throw this.problem("expected '*', an index or a quoted name here", start)
  }

  private quoted(quote: string): string {
    const start = this.at++
    let name = ''
    for (;;) {
      const letter = this.path[this.at++]
      if (letter === undefined) throw this.problem('this quote is never closed', start)
      if (letter === quote) return name
      name += letter === '\\' ? this.escaped(quote) : letter
    }
  }

  private escaped(quote: string): string {
    const letter = this.path[this.at++] ?? ''
    if (letter === quote || letter === '\\' || letter === '/') return letter
    const control = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[letter]
    if (control !== undefined) return control
    const hex = letter === 'u' ? this.match(/[0-9a-fA-F]{4}/y) : null
    if (hex === null) throw this.problem('unknown escape', this.at - 1)
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  private take(token: string): boolean {
    if (!this.path.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.path)
    if (found === null) return null
    this.at = pattern.lastIndex
    return found[0]
  }

  private skipSpace(): void {
    while (this.path[this.at] === ' ') this.at++
  }
}
