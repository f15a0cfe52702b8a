/** A seeded generator (mulberry32): the demo's data and traffic are the same on every machine. */
export function seededRandom(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(values: readonly T[]): T => values[integer(0, values.length - 1)]!
  const chance = (probability: number): boolean => next() < probability
  const shuffled = <T>(values: readonly T[]): T[] => {
    const result = [...values]
    for (let last = result.length - 1; last > 0; last--) {
      const other = integer(0, last)
      ;[result[last], result[other]] = [result[other]!, result[last]!]
    }
    return result
  }
  return { next, integer, pick, chance, shuffled }
}

export type SeededRandom = ReturnType<typeof seededRandom>
