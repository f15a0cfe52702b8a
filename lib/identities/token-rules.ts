import { z } from 'zod'
import type { Actor } from '@/lib/actor'

export const DEFAULT_TOKEN_DAYS = 30

/** What a form offers: up to the longest that is allowed. */
export const lifetimes = (longest: number): number[] =>
  [...new Set([7, DEFAULT_TOKEN_DAYS, 90, longest].filter((days) => days <= longest))].sort((a, b) => a - b)

/** Of one person, at a time: more than that nobody can tell apart, or notices the loss of. */
export const MAX_TOKENS = 20

export const TokenName = z
  .string()
  .trim()
  .min(1, 'name what will use it')
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'no invisible characters')

/**
 * A link from the operator proves who runs the machine, not who the person is; and the CLI acts as somebody without their
 * being there. A token would outlive both.
 */
export const mayMintTokens = (actor: Actor): boolean => actor.id !== null && actor.signedInWith !== undefined
