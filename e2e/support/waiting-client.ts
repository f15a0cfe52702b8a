import { type CallOutcome, callTool, connectThrough, outcomeOfError } from '../../demo/client'
import { keyRing, readKeys } from '../../demo/story/key-ring'

/** A client with the demo's own key that stays connected, so that what it asks for can wait. */
export interface WaitingClient {
  /** Asks once; answered when a person has decided, or as its own time limit has it. */
  ask(tool: string, args: Record<string, unknown>, justification?: string): Promise<CallOutcome>
  leave(): Promise<void>
}

export async function connectAs(identity: string, connection = 'crm'): Promise<WaitingClient> {
  const keys = keyRing(readKeys(process.env.STORY_DATA!)!)
  const who = { name: 'story', version: '1.0.0' }
  const { client, transport } = await connectThrough(keys.gateway, connection, keys.of(identity), who)
  return {
    ask: (tool, args, justification) => callTool(client, tool, args, justification).catch(outcomeOfError),
    async leave() {
      await transport.terminateSession().catch(() => {})
      await client.close()
    },
  }
}
