import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import type { RuleEffect } from '@/lib/domain'
import { InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { skipSpace, spansAt } from '@/lib/mcp/json-source'
import { type DecisionSummary, summarise } from '@/lib/policies/decision-summary'
import { evaluate } from '@/lib/policies/evaluate'
import { askedFor, callOfArguments } from '@/lib/policies/written-call'
import { type TrialReport, tryRule } from '@/lib/trials/commands'
import { previewAccess } from './commands'
import type { PlannedStep } from './step'

type Environment = Record<string, string | undefined>

const WrittenCall = z.strictObject({
  identity: z.string(),
  connection: z.string(),
  tool: z.string(),
  args: z.record(z.string(), z.unknown()).default({}),
})

export interface TestedCall extends DecisionSummary {
  identity: string
  connection: string
  tool: string
  /** What of the file would not be applied. */
  refused: PlannedStep[]
}

/**
 * What would happen to a call if the file were applied over the present policy: nothing is changed.
 * @param call `{ identity, connection, tool, args }` as JSON text
 */
export async function testCall(
  actor: Actor,
  { text, call }: { text: string; call: string },
  now: Date,
  environment?: Environment,
): Promise<TestedCall> {
  const { identity, connection, tool, args } = readCall(call)
  const { policy, refused } = await previewAccess(actor, text, environment)
  const identityId = [...policy.identities.values()].find(({ name }) => name === identity.toLowerCase())?.id
  if (identityId === undefined) throw new NotFound(`identity ${identity}`)
  const connectionId = policy.connectionsBySlug.get(connection)?.id
  if (connectionId === undefined) throw new NotFound(`connection ${connection}`)
  const asked = askedFor(tool, callOfArguments(args))
  return {
    identity,
    connection,
    tool,
    ...summarise(evaluate(policy, { identityId, connectionId, asked, now })),
    refused,
  }
}

/** Arguments stay text: numbers count as they are written. */
function readCall(source: string): { identity: string; connection: string; tool: string; args: string } {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new InvalidInput('The call is no JSON. It is { "identity": …, "connection": …, "tool": …, "args": { … } }.')
  }
  const call = parseInput(WrittenCall, value)
  const span = spansAt(source, skipSpace(source, 0), ['args']).at(-1)
  return { ...call, args: span === undefined ? '{}' : source.slice(span.start, span.end) }
}

/** Each rule of a file over recorded history, as `tryRule` does with the policy that the file would make. */
export async function testRulesOverHistory(
  actor: Actor,
  { text, days }: { text: string; days: number },
  now: Date,
  environment?: Environment,
): Promise<{ rules: ({ name: string; effect: RuleEffect } & TrialReport)[]; refused: PlannedStep[] }> {
  const { policy, rules, refused } = await previewAccess(actor, text, environment)
  const tried: ({ name: string; effect: RuleEffect } & TrialReport)[] = []
  for (const { at: _, ...rule } of rules) {
    const { name, effect } = rule
    tried.push({ name, effect, ...(await tryRule(actor, { rule, days }, { now, policy })) })
  }
  return { rules: tried, refused }
}
