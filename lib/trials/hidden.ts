/** `[EMAIL_k7f2q9ab]`, as masking writes it. */
const PLACEHOLDER = /\[[A-Z][A-Z0-9_]{0,30}_[a-z0-9]{8}\]/g

export const hasPlaceholder = (text: string): boolean => text.search(PLACEHOLDER) >= 0

/**
 * Stands for a value that the recording hides. A condition that looks at it cannot be evaluated, and whether it looked is
 * noted: the expression language asks a value for its constructor to tell its type.
 */
export class Hidden {}

let isSeen = false
Object.defineProperty(Hidden.prototype, 'constructor', {
  get() {
    isSeen = true
    return Hidden
  },
})

/** Runs one evaluation, and tells whether it looked at anything hidden. */
export function watching<Result>(evaluate: () => Result): { result: Result; isSeen: boolean } {
  isSeen = false
  const result = evaluate()
  return { result, isSeen }
}

/**
 * Arguments with `Hidden` in the place of what masking replaced; null when it replaced nothing. Numbers and booleans were
 * masked as 0 and false: where more was replaced than there are placeholders, each of those may be one.
 */
export function hideMasked(args: unknown, replaced: number): unknown {
  const placeholders = countPlaceholders(args)
  if (placeholders === 0 && replaced === 0) return null
  return hide(args, replaced > placeholders)
}

function hide(value: unknown, alsoZeros: boolean): unknown {
  if (typeof value === 'string') return hasPlaceholder(value) ? new Hidden() : value
  if (alsoZeros && (value === 0 || value === false)) return new Hidden()
  if (Array.isArray(value)) return value.map((element) => hide(element, alsoZeros))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  // Which member it was is hidden too.
  if (entries.some(([key]) => hasPlaceholder(key))) return new Hidden()
  return Object.fromEntries(entries.map(([key, element]) => [key, hide(element, alsoZeros)]))
}

const countPlaceholders = (args: unknown): number => JSON.stringify(args)?.match(PLACEHOLDER)?.length ?? 0
