/** Words that occur in one message and in no other. Letters only: digits could be taken for something sensitive. */
let made = 0

export function newMark(): string {
  let rest = made++
  let letters = ''
  for (let i = 0; i < 6; i++) {
    letters += String.fromCharCode(97 + (rest % 25))
    rest = Math.floor(rest / 25)
  }
  return `mk${letters}z`
}

/** Also in text that breaks off: a mark counts once all of it is there. */
export const marksIn = (text: string): string[] => text.match(/mk[a-y]{6}z/g) ?? []

/** Equal seeds, equal numbers between 0 and 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
