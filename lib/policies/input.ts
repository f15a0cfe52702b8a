import { z } from 'zod'
import { ToolGlob } from '@/lib/domain'

/** `*` is the only wildcard; what looks like another kind of pattern would silently match nothing. */
export const GrantGlob = ToolGlob.regex(/^[^\p{Cc}\p{Cf}]+$/u, 'no invisible characters')
  .refine((glob) => glob === glob.trim(), 'no spaces around it')
  .refine((glob) => !/[[\]{}?]|\*\*/.test(glob), '* is the only wildcard')

export const GrantTools = GrantGlob.array()
  .min(1, 'name at least one tool; ["*"] is all of them')
  .max(500)
  .transform((tools) => [...new Set(tools)])

export const Reason = z.string().trim().max(500)

export const ConnectionGlob = z
  .string()
  .max(63)
  .regex(/^[a-z0-9*-]+$/, 'a connection slug, where * stands for anything')

export const RuleName = z.string().trim().min(1).max(120)
