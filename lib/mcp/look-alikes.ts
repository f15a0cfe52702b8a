/** Keys by which the gateway or a server finds out what a message is and what it asks for. */
const MEANINGFUL_KEYS = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  'name',
  'arguments',
  'uri',
  '_meta',
  'ref',
  'type',
  'taskId',
  'notifications',
  'resourceSubscriptions',
  'taskIds',
  'inputResponses',
  'requestState',
]

/** Letters of other alphabets that look like the ones the meaningful keys are written in. */
const CONFUSABLE: Record<string, string> = {
  а: 'a', с: 'c', ԁ: 'd', е: 'e', ɡ: 'g', һ: 'h', і: 'i', ј: 'j', ո: 'n', о: 'o', р: 'p', ѕ: 's', ѵ: 'v', х: 'x', у: 'y',
  α: 'a', ι: 'i', ν: 'v', ο: 'o', ρ: 'p', υ: 'u',
} // biome-ignore format: a table reads better in rows

/**
 * Some servers read keys without regard to case (Go's encoding/json), to Unicode form or to invisible characters.
 * `{"name":"get","Name":"drop"}` must not be one call here and another one there.
 */
export function foldKey(key: string): string {
  if (/^[\x20-\x7e]*$/.test(key)) return key.toLowerCase()
  const plain = key
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{White_Space}]/gu, '')
    .toUpperCase()
    .toLowerCase()
  let folded = ''
  for (const letter of plain) folded += CONFUSABLE[letter] ?? letter
  return folded
}

/** How each meaningful key is spelled, by its folded form. */
const SPELLING = new Map(MEANINGFUL_KEYS.map((key) => [foldKey(key), key]))

/** The first key that another parser could take for a different one, or that would reach into a prototype. */
export function findLookAlike(keys: readonly string[]): string | null {
  const twice = findFoldedTwice(keys)
  return twice ?? keys.find((key) => (SPELLING.get(foldKey(key)) ?? key) !== key) ?? null
}

/** The same where keys are free: the second of two that another parser could take for one. */
export function findFoldedTwice(keys: readonly string[]): string | null {
  const folded = new Set<string>()
  for (const key of keys) {
    const fold = foldKey(key)
    // Object.assign in a JavaScript server would turn this key into inherited properties.
    if (fold === '__proto__' || folded.has(fold)) return key
    folded.add(fold)
  }
  return null
}
