import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Balancer, balance } from '@/e2e/support/balancer'
import { connectClient, connectSseClient, post } from '@/e2e/support/clients'
import { heldWorld, refusalIn } from '@/e2e/support/held-world'
import { approvalsOf, pendingApproval, vote } from '@/e2e/support/holding'
import type { PolicyWriter } from '@/e2e/support/policy'
import { eventually } from '@/e2e/support/settle'
import { startRawUpstream, startSseUpstream, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let sse: Awaited<ReturnType<typeof startSseUpstream>>
let json: Upstream
let failing: Awaited<ReturnType<typeof startRawUpstream>>
let plain: Awaited<ReturnType<typeof startRawUpstream>>
let both: Balancer
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
const leaving: (() => unknown)[] = []

const world = heldWorld(
  async ({ policy }) => {
    sse = await startSseUpstream()
    json = await startUpstream('json')
    failing = await startRawUpstream((_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end('it broke')
    })
    plain = await startRawUpstream((_request, response, body) => {
      const { id } = JSON.parse(body) as { id: unknown }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'done' }] } }))
    })
    bot = await policy.caller('bot', await policy.connection('sse', sse.url, null, 'sse'))
    await policy.grant(bot.identityId, await policy.connection('json', json.url))
    await policy.grant(bot.identityId, await policy.connection('failing', failing.url))
    await policy.grant(bot.identityId, await policy.connection('plain', plain.url))
    await policy.grant(
      bot.identityId,
      await policy.process('polite', process.execPath, ['e2e/support/stdio/polite.mjs']),
    )
    await world.holdDeletes({ tools: [] })
  },
  { gateways: 2 },
)

beforeEach(async () => {
  both ??= await balance(world.gateways.map(({ url }) => url))
  sse.ran.length = 0
  json.ran.length = 0
})

afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave()
})

afterAll(async () => {
  await both?.close()
  await Promise.all([sse?.close(), json?.close(), failing?.close(), plain?.close()])
})

async function overSse(at: string) {
  const connection = await connectSseClient(`${at}/sse/sse`, bot.key)
  leaving.push(connection.close)
  return connection
}

describe('over HTTP+SSE', () => {
  it.each([
    ['the same replica', () => world.gateways[0]!.url],
    ['whichever replica a message comes to', () => both.url],
  ])('a held call is answered on its stream (%s)', async (_, at) => {
    const { client } = await overSse(at())
    for (const id of ['s1', 's2', 's3']) {
      const progress: string[] = []
      const answering = client.callTool({ name: 'delete_customer', arguments: { id } }, undefined, {
        onprogress: ({ message }) => void progress.push(message ?? ''),
      })
      const approval = await pendingApproval(world.policy, 'sse')
      expect(sse.ran).toEqual([])
      await eventually(
        () => progress,
        (said) => said.length > 0,
      )
      expect(progress[0]).toContain('Waiting for approval by dana@acme.test')
      await vote(world.policy, approval.id, world.dana)
      expect(JSON.stringify(await answering)).toContain(`deleted ${id}`)
      expect(sse.ran.splice(0)).toEqual(['delete_customer'])
    }
  })

  it('so is one that is denied, or has to come again', async () => {
    const { client } = await overSse(both.url)
    const denied = client.callTool({ name: 'delete_customer', arguments: { id: 's4' } })
    await world.decide('sse', 'deny')
    expect(refusalIn(await denied)?.reason).toBe('approval_denied')
    const waits = await client.callTool({ name: 'delete_customer', arguments: { id: 's5' } })
    expect(refusalIn(waits)?.reason).toBe('approval_pending')
    const again = client.callTool({ name: 'delete_customer', arguments: { id: 's5' } })
    await world.decide('sse')
    expect(JSON.stringify(await again)).toContain('deleted s5')
  })

  it('one is taken back on whichever replica that is said', async () => {
    const { client } = await overSse(both.url)
    const cancelling = new AbortController()
    const cancelled = client.callTool({ name: 'delete_customer', arguments: { id: 's6' } }, undefined, cancelling)
    const { id } = await pendingApproval(world.policy, 'sse')
    cancelling.abort()
    await expect(cancelled).rejects.toThrow()
    await eventually(
      () => approvalsOf(world.policy, 'sse'),
      (all) => all.find((each) => each.id === id)!.status === 'cancelled',
    )
    expect(sse.ran).toEqual([])
  })

  it('one ends with its stream, which is its session', async () => {
    const { client, close } = await overSse(both.url)
    const answering = client.callTool({ name: 'delete_customer', arguments: { id: 's7' } }).catch(() => {})
    const { id } = await pendingApproval(world.policy, 'sse')
    await close()
    await answering
    await eventually(
      () => world.trailOf(id),
      (trail) => trail.includes('approval.void'),
    )
    expect(sse.ran).toEqual([])
  })
})

describe('over stdio', () => {
  it('a held call reaches its process once it is approved', async () => {
    const { client, close, transport } = await connectClient(`${world.gateways[0]!.url}/polite/mcp`, bot.key)
    leaving.push(close)
    const answering = client.callTool({ name: 'hello', arguments: {} })
    const { id } = await pendingApproval(world.policy, 'polite')
    await vote(world.policy, id, world.dana)
    expect((await answering).content).toBeTruthy()
    await transport.terminateSession()
  })
})

describe('what a server answers a call that was held', () => {
  const run = (slug: string, id: string, headers: Record<string, string> = {}) =>
    post(
      `${world.gateways[0]!.url}/${slug}/mcp`,
      bot.key,
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_customer', arguments: { id } } },
      headers,
    )

  it('in one body of JSON comes as an event on the stream that is open', async () => {
    const answering = run('json', 'j1')
    await eventually(
      () => approvalsOf(world.policy, 'json'),
      (all) => all.some(({ isAwaited }) => isAwaited),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    await world.decide('json')
    const { text, json: answer } = await answering
    expect(text).toContain('event: message\ndata: ')
    expect(answer?.result?.content?.[0]?.text).toBe('deleted j1')
  })

  it('and as such a body, where its client reads nothing else', async () => {
    const answering = run('plain', 'j2', { accept: 'application/json' })
    await world.decide('plain')
    const { headers, json: answer } = await answering
    expect(headers.get('content-type')).toBe('application/json')
    expect(answer?.result?.content?.[0]?.text).toBe('done')
  })

  it('with a status of HTTP comes as an error of the call', async () => {
    const answering = run('failing', 'f1')
    await eventually(
      () => approvalsOf(world.policy, 'failing'),
      (all) => all.some(({ isAwaited }) => isAwaited),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    await world.decide('failing')
    const { status, json: answer, text } = await answering
    expect(status).toBe(200)
    expect(answer).toMatchObject({ id: 1, error: { data: { reason: 'upstream_invalid' } } })
    expect(text).not.toContain('it broke')
  })
})
