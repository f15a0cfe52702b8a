import { Forbidden } from '@/lib/errors'

/** Whether a rule of a noun's `authority.ts` would let it pass, so that a page offers only what the command accepts. */
export function allows(rule: () => void): boolean {
  try {
    rule()
    return true
  } catch (error) {
    if (error instanceof Forbidden) return false
    throw error
  }
}
