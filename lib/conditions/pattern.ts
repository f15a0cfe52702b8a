import { RE2JS } from 're2js'
import { spend } from './budget'
import { BoundExceeded, LIMITS } from './limits'

/** A pattern in RE2 syntax: matched in time linear in the text, whatever the pattern. */
export interface Pattern {
  isFoundIn(text: string): boolean
}

type Compiled = { ok: true; pattern: Pattern } | { ok: false; message: string }

// What a condition's author most often brings from other engines, and why it is refused here.
const NOT_LINEAR: readonly [construct: RegExp, name: string][] = [
  [/\(\?[=!]/, 'a lookahead'],
  [/\(\?<[=!]/, 'a lookbehind'],
  [/\(\?>/, 'an atomic group'],
  [/\\[1-9]|\\k</, 'a backreference'],
]

const CACHE_SIZE = 500
const COMPILING = 20_000
const cache = new Map<string, Compiled>()

export function compilePattern(source: string): Compiled {
  const known = cache.get(source)
  if (known) return known
  // The oldest goes: patterns that are arguments of calls must not fill the memory.
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value as string)
  const compiled = compileUncached(source)
  cache.set(source, compiled)
  return compiled
}

/** @throws BoundExceeded when the pattern is no pattern, or the text is too long */
export function matchesPattern(text: string, source: string): boolean {
  if (text.length > LIMITS.textLength) throw new BoundExceeded('text')
  if (source.length > LIMITS.patternLength) throw new BoundExceeded('pattern')
  // A pattern that a call brings with it is compiled for it alone.
  if (!cache.has(source)) spend(COMPILING + source.length * 100)
  const compiled = compilePattern(source)
  if (!compiled.ok) throw new BoundExceeded(compiled.message)
  return compiled.pattern.isFoundIn(text)
}

function compileUncached(source: string): Compiled {
  if (source.length > LIMITS.patternLength) {
    return { ok: false, message: `A pattern may have ${LIMITS.patternLength} characters.` }
  }
  try {
    const program = RE2JS.compile(source)
    if (program.programSize() > LIMITS.patternSize) return { ok: false, message: 'The pattern repeats too much.' }
    return { ok: true, pattern: { isFoundIn: (text) => program.test(text) } }
  } catch (error) {
    const found = NOT_LINEAR.find(([construct]) => construct.test(source))
    if (found) return { ok: false, message: `${found[1]} cannot be matched in linear time, so no pattern may have one` }
    return { ok: false, message: error instanceof Error ? error.message : 'This is no pattern.' }
  }
}
