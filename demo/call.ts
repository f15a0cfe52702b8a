import { readEnv } from '@/lib/env'
import { type CallOutcome, callTool, connectThrough, outcomeOfError } from './client'
import { keyRing, readKeys } from './story/key-ring'

const USAGE = `usage: npm run -s demo:call -- IDENTITY TOOL [ARGUMENTS] [--on CONNECTION]
  calls a tool through the gateway with the service key of one of the demo's machines, for example
  npm run -s demo:call -- lumen-vendor-agent search_customers '{"query":"Harbor","limit":2}'`

class WrongUsage extends Error {}

interface Wanted {
  who: string
  tool: string
  args: Record<string, unknown>
  connection: string
}

export function readArguments(argv: readonly string[]): Wanted {
  const words = [...argv]
  const on = words.indexOf('--on')
  const connection = on < 0 ? undefined : words.splice(on, 2)[1]
  const [who, tool, json = '{}', ...more] = words
  if (!who || !tool || more.length > 0 || (on >= 0 && !connection)) throw new WrongUsage(USAGE)
  let args: unknown
  try {
    args = JSON.parse(json)
  } catch {
    throw new WrongUsage(`The arguments are not JSON: ${json}\n${USAGE}`)
  }
  if (typeof args !== 'object' || args === null || Array.isArray(args)) throw new WrongUsage(USAGE)
  return { who, tool, args: args as Record<string, unknown>, connection: connection ?? 'crm' }
}

async function call({ who, tool, args, connection }: Wanted): Promise<CallOutcome> {
  const kept = readKeys(readEnv().dataDir)
  if (!kept) throw new Error('The demo has not run on this data folder yet: run npm start first.')
  const keys = keyRing(kept)
  const key = keys.of(who)
  try {
    const { client, transport } = await connectThrough(keys.gateway, connection, key, {
      name: 'demo-call',
      version: '1.0.0',
    })
    const outcome = await callTool(client, tool, args)
    await transport.terminateSession().catch(() => {})
    await client.close()
    return outcome
  } catch (error) {
    return outcomeOfError(error)
  }
}

function report(outcome: CallOutcome): number {
  switch (outcome.kind) {
    case 'answered': {
      const { structuredContent, content } = outcome.result
      process.stdout.write(`${JSON.stringify(structuredContent ?? content, null, 2)}\n`)
      return 0
    }
    case 'refused': {
      const { reason, reference, url } = outcome.refusal
      const lines = [`refused (${reason}): ${outcome.message}`, reference && `reference ${reference}`, url]
      process.stderr.write(`${lines.filter(Boolean).join('\n')}\n`)
      return 1
    }
    case 'failed':
      process.stderr.write(`failed: ${outcome.message}\n`)
      return 1
  }
}

if (process.argv[1]?.endsWith('call.ts')) {
  try {
    process.exitCode = report(await call(readArguments(process.argv.slice(2))))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = error instanceof WrongUsage ? 2 : 1
  }
}
