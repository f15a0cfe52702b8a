import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type BothErasUpstream, startBothErasUpstream } from '@/e2e/support/both-eras'
import { connectClient, connectClientV2, connectSseClient } from '@/e2e/support/clients'
import { heldWorld, refusalIn } from '@/e2e/support/held-world'
import { approvalsOf, vote } from '@/e2e/support/holding'
import type { PolicyWriter } from '@/e2e/support/policy'
import { eventually } from '@/e2e/support/settle'
import { startSseUpstream, startUpstream, type Upstream } from '@/e2e/support/upstreams'

const THREE_MINUTES = 180_000

let modern: BothErasUpstream
let legacy: Upstream
let sse: Awaited<ReturnType<typeof startSseUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>

/** As it is by default: 50 seconds, slices of 45. */
const world = heldWorld(
  async ({ policy }) => {
    modern = await startBothErasUpstream()
    legacy = await startUpstream('stateful')
    sse = await startSseUpstream()
    bot = await policy.caller('bot', await policy.connection('modern', modern.url))
    await policy.grant(bot.identityId, await policy.connection('legacy', legacy.url))
    await policy.grant(bot.identityId, await policy.connection('sse', sse.url, null, 'sse'))
    await world.holdDeletes()
  },
  { settings: { HOLD_SECONDS: '50', HOLD_SLICE_SECONDS: '45' } },
)

afterAll(async () => {
  await Promise.all([modern?.close(), legacy?.close(), sse?.close()])
})

const at = (slug: string, end = 'mcp') => `${world.gateways[0]!.url}/${slug}/${end}`

/** Approves the call about this customer three minutes after it was asked for. */
async function approveLate(slug: string, customer: string): Promise<void> {
  const own = JSON.stringify({ id: customer })
  const rows = await eventually(
    () => approvalsOf(world.policy, slug),
    (all) => all.some(({ argumentsMasked, status }) => argumentsMasked === own && status === 'pending'),
  )
  const { id } = rows.find(({ argumentsMasked }) => argumentsMasked === own)!
  await new Promise((resolve) => setTimeout(resolve, THREE_MINUTES))
  await vote(world.policy, id, world.dana)
}

interface Tried {
  tries: number
  seconds: number[]
  text: string
}

/** Repeats the same call for as long as it is told to, as a model would. */
async function repeat(run: () => Promise<unknown>): Promise<Tried> {
  const seconds: number[] = []
  for (let tries = 1; ; tries++) {
    const before = performance.now()
    const result = await run()
    seconds.push((performance.now() - before) / 1_000)
    if (refusalIn(result)?.reason !== 'approval_pending') return { tries, seconds, text: JSON.stringify(result) }
  }
}

/** At once, since each takes its three minutes. */
const CLIENTS: Record<string, () => Promise<void>> = {
  'SDK v1, whose own limit is a minute, comes four times and passes once': async () => {
    const { client, close } = await connectClient(at('legacy'), bot.key)
    const approving = approveLate('legacy', 'one')
    const args = { name: 'delete_customer', arguments: { id: 'one' } }
    const { tries, seconds, text } = await repeat(() => client.callTool(args))
    await approving
    expect(tries).toBe(4)
    for (const each of seconds.slice(0, -1)) expect(each).toBeGreaterThan(49)
    for (const each of seconds) expect(each).toBeLessThan(55)
    expect(text).toContain('deleted one')
    expect(legacy.ran.filter((name) => name === 'delete_customer')).toHaveLength(1)
    await close()
  },

  'SDK v1 that counts progress as life is told to come again all the same': async () => {
    const client = new Client({ name: 'patient', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${bot.key}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(at('legacy')), { requestInit }))
    const said: number[] = []
    const args = { name: 'delete_customer', arguments: { id: 'patient' } }
    const options = {
      timeout: 15_000,
      resetTimeoutOnProgress: true,
      onprogress: ({ progress }: { progress: number }) => void said.push(progress),
    }
    const result = await client.callTool(args, CallToolResultSchema, options)
    // It would have given up after fifteen seconds without a word.
    expect(refusalIn(result)?.reason).toBe('approval_pending')
    expect(said.length).toBeGreaterThanOrEqual(5)
    expect(said).toEqual([...said].sort((a, b) => a - b))
    await client.close()
  },

  'HTTP+SSE does as SDK v1': async () => {
    const { client, close } = await connectSseClient(at('sse', 'sse'), bot.key)
    const approving = approveLate('sse', 'two')
    const args = { name: 'delete_customer', arguments: { id: 'two' } }
    const { tries, text } = await repeat(() => client.callTool(args))
    await approving
    expect(tries).toBe(4)
    expect(text).toContain('deleted two')
    expect(sse.ran).toEqual(['delete_customer'])
    await close()
  },

  'SDK v2 in the modern era is one call to its application': async () => {
    const { client, close } = await connectClientV2(at('modern'), bot.key, 'auto')
    const approving = approveLate('modern', 'three')
    const before = performance.now()
    const result = await client.callTool({ name: 'delete_customer', arguments: { id: 'three' } })
    await approving
    expect(JSON.stringify(result)).toContain('deleted three')
    expect((performance.now() - before) / 1_000).toBeGreaterThan(179)
    expect(modern.ran.filter((name) => name === 'delete_customer').length).toBeGreaterThanOrEqual(1)
    await close()
  },

  'SDK v2 that speaks a legacy revision does as SDK v1': async () => {
    const { client, close } = await connectClientV2(at('modern'), bot.key, 'legacy')
    const approving = approveLate('modern', 'four')
    const { tries, text } = await repeat(() => client.callTool({ name: 'delete_customer', arguments: { id: 'four' } }))
    await approving
    expect(tries).toBe(4)
    expect(text).toContain('deleted four')
    await close()
  },
}

describe('a call that waits for three minutes', { timeout: 330_000 }, () => {
  it('behaves with each client as its own limits have it', async () => {
    const ended = await Promise.allSettled(
      Object.entries(CLIENTS).map(async ([name, run]) => {
        await run().catch((error: Error) => {
          throw new Error(`${name}: ${error.message}`)
        })
      }),
    )
    expect(ended.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))).toEqual([])
  })
})
