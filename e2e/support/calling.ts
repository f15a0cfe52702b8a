import { type CallOutcome, callTool, connectThrough, outcomeOfError } from '../../demo/client'
import { keyRing, readKeys } from '../../demo/story/key-ring'

/** One call with a real SDK client and the demo's own key, in a session of its own. */
export async function callAs(identity: string, tool: string, args: Record<string, unknown>): Promise<CallOutcome> {
  const keys = keyRing(readKeys(process.env.STORY_DATA!)!)
  try {
    const who = { name: 'story', version: '1.0.0' }
    const { client, transport } = await connectThrough(keys.gateway, 'crm', keys.of(identity), who)
    const outcome = await callTool(client, tool, args)
    await transport.terminateSession().catch(() => {})
    await client.close()
    return outcome
  } catch (error) {
    return outcomeOfError(error)
  }
}

/** The reason a call was refused for, or null when it was answered. */
export const refusalOf = (outcome: CallOutcome) => (outcome.kind === 'refused' ? outcome.refusal : null)
