import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** What an id belongs to shows in its prefix, so that a pasted id explains itself. */
export type IdPrefix =
  | 'idn'
  | 'key'
  | 'grp'
  | 'iss'
  | 'con'
  | 'grt'
  | 'exc'
  | 'rul'
  | 'trv'
  | 'ses'
  | 'call'
  | 'cmp'
  | 'itm'
  | 'sgn'
  | 'rem'
  | 'lnk'
  | 'sip'
  | 'prc'
  | 'apv'
  | 'sta'
  | 'dlg'

/** Sorts by creation time: 9 letters of milliseconds, then 60 random bits. */
export function newId(prefix: IdPrefix, nowMs: number = Date.now()): string {
  let time = ''
  for (let rest = nowMs, i = 0; i < 9; i++) {
    time = ALPHABET[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  return `${prefix}_${time}${randomLetters(12)}`
}

/** Printed in a refusal and written to its audit event, so that a caller's complaint finds the record. */
export const newReference = (): string => `ref_${randomLetters(12)}`

/** Drawn in bulk: asking for twelve bytes costs as much as asking for four thousand, and every call needs ids. */
const pool = Buffer.alloc(4_096)
let drawn = pool.length

function randomLetters(count: number): string {
  if (drawn + count > pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  let text = ''
  for (const end = drawn + count; drawn < end; drawn++) text += ALPHABET[pool[drawn]! & 31]
  return text
}
