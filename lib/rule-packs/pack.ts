import { z } from 'zod'
import { compileCondition } from '@/lib/conditions/condition'

const Rule = z.strictObject({
  name: z.string().min(1).max(100),
  effect: z.enum(['block', 'approve']),
  /** A condition of docs/conditions.md. */
  when: z.string().superRefine((source, context) => {
    const compiled = compileCondition(source)
    if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.problem.message })
  }),
  /** Tool globs; left out, every tool. */
  tools: z.array(z.string().min(1)).min(1).optional(),
  why: z.string().min(1),
})

/** Inputs that share a verdict and its reason. `block` stands for either effect: some rule of the pack matches. */
const Cases = z.strictObject({
  expect: z.enum(['block', 'allow']),
  why: z.string().min(1),
  /** A text is what the pack's argument holds; an object is all arguments of the call. */
  inputs: z.array(z.union([z.string(), z.record(z.string(), z.json())])).min(1),
  tool: z.string().optional(),
})

export const RulePack = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z-]*$/),
  name: z.string().min(1),
  description: z.string().min(1),
  /** Where the texts of its cases stand in a call. */
  argument: z.string().min(1),
  rules: z.array(Rule).min(1),
  cases: z.array(Cases).min(1),
})
export type RulePack = z.infer<typeof RulePack>
export type PackRule = z.infer<typeof Rule>

export interface PackCase {
  args: Record<string, unknown>
  tool: string
  expect: 'block' | 'allow'
  why: string
}

/** One by one, as calls. */
export const casesOf = (pack: RulePack): PackCase[] =>
  pack.cases.flatMap(({ expect, why, inputs, tool }) =>
    inputs.map((input) => ({
      args: typeof input === 'string' ? { [pack.argument]: input } : input,
      tool: tool ?? 'run',
      expect,
      why,
    })),
  )
