import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type BothErasUpstream, startBothErasUpstream } from '@/e2e/support/both-eras'
import { connectClientV2, post } from '@/e2e/support/clients'
import { heldWorld, refusalIn } from '@/e2e/support/held-world'
import { approvalsOf, pendingApproval, vote } from '@/e2e/support/holding'
import type { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

let upstream: BothErasUpstream
let raw: Awaited<ReturnType<typeof startRawUpstream>>
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown = () => {}
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let other: Awaited<ReturnType<PolicyWriter['caller']>>

const world = heldWorld(
  async ({ policy }) => {
    upstream = await startBothErasUpstream()
    raw = await startRawUpstream((...exchange) => answer(...exchange))
    bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
    other = await policy.caller(
      'other-bot',
      (await policy.rows<{ id: string }>('SELECT "id" FROM "Connection"'))[0]!.id,
    )
    await policy.grant(bot.identityId, await policy.connection('raw', raw.url))
    await world.holdDeletes()
  },
  { settings: { HOLD_SECONDS: '3', HOLD_SLICE_SECONDS: '1' } },
)

beforeEach(() => {
  upstream.ran.length = 0
  raw.received.length = 0
})

afterAll(async () => {
  await Promise.all([upstream?.close(), raw?.close()])
})

const url = (slug = 'crm') => `${world.gateways[0]!.url}/${slug}/mcp`
let customers = 0
const next = () => `m${++customers}`

interface Slice {
  resultType: string
  requestState: string
  _meta: { 'countersign/approval': { id: string; url: string } }
}

function modern(params: Record<string, unknown>) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  }
  return {
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_customer', ...params, _meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'delete_customer' },
  }
}

const ask = (params: Record<string, unknown>, slug = 'crm', key = bot.key) => {
  const { body, headers } = modern(params)
  return post(url(slug), key, body, headers)
}
const sliceOf = (answered: Awaited<ReturnType<typeof ask>>) => answered.json?.result as unknown as Slice

describe('a modern client', () => {
  it('comes again by itself, slice after slice, until somebody approves its call', async () => {
    const { client, close } = await connectClientV2(url(), bot.key, 'auto')
    const id = next()
    const answering = client.callTool({ name: 'delete_customer', arguments: { id } })
    const approval = await pendingApproval(world.policy, 'crm')
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(upstream.ran).toEqual([])
    await vote(world.policy, approval.id, world.dana)
    expect(JSON.stringify(await answering)).toContain(`deleted ${id}`)
    expect(upstream.ran).toEqual(['delete_customer'])
    expect(await world.trailOf(approval.id)).toEqual(['approval.requested', 'approval.used'])
    const outcomes = await world.policy.rows<{ outcome: string }>(
      `SELECT "outcome"::text FROM "Call" WHERE "target" = 'delete_customer' ORDER BY "startedAt"`,
    )
    expect(outcomes.map(({ outcome }) => outcome).slice(-3)).toEqual(['held', 'held', 'allowed'])
    await close()
  })

  it('that speaks a legacy revision is told once to come again', async () => {
    const { client, close } = await connectClientV2(url(), bot.key, 'legacy')
    const result = await client.callTool({ name: 'delete_customer', arguments: { id: next() } })
    expect(refusalIn(result)?.reason).toBe('approval_pending')
    await close()
  })

  it('hears of a denial in whichever slice it comes', async () => {
    const { client, close } = await connectClientV2(url(), bot.key, 'auto')
    const answering = client.callTool({ name: 'delete_customer', arguments: { id: next() } })
    const { id } = await pendingApproval(world.policy, 'crm')
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    await vote(world.policy, id, world.dana, 'deny')
    const result = await answering
    expect(refusalIn(result)).toMatchObject({ reason: 'approval_denied', approval: id })
    expect(upstream.ran).toEqual([])
    await close()
  })

  it('reads why a call of its is blocked', async () => {
    const rule = await world.policy.rule({ name: 'no reading', effect: 'block', tools: ['get_customer'] })
    await policyApplied(world.policy)
    const { client, close } = await connectClientV2(url(), bot.key, 'auto')
    const result = await client.callTool({ name: 'get_customer', arguments: { id: 'c1' } })
    expect(refusalIn(result)?.reason).toBe('blocked_by_rule')
    await world.policy.removeRule(rule)
    await close()
  })

  it('gets the settled answer when its rounds are used up', async () => {
    const id = next()
    let requestState: string | undefined
    let slices = 0
    for (;;) {
      const answered = await ask({ arguments: { id }, ...(requestState && { requestState }) })
      const slice = sliceOf(answered)
      if (slice.resultType !== 'input_required') {
        expect(refusalIn(answered.json)?.reason).toBe('approval_pending')
        break
      }
      requestState = slice.requestState
      slices++
    }
    expect(slices).toBe(9)
    expect(
      await approvalsOf(world.policy, 'crm').then((all) => all.filter(({ status }) => status === 'pending')),
    ).toHaveLength(1)
  }, 30_000)

  it('that closes its stream takes its call back', async () => {
    const leaving = new AbortController()
    const { body, headers } = modern({ arguments: { id: next() } })
    const gone = fetch(url(), {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        authorization: `Bearer ${bot.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    }).then((response) => response.text())
    const { id } = await pendingApproval(world.policy, 'crm')
    leaving.abort()
    await expect(gone).rejects.toThrow()
    await eventually(
      () => world.trailOf(id),
      (trail) => trail.includes('approval.cancelled'),
    )
  })

  it('is not taken to have left by the end of a slice, which is ours', async () => {
    expect(sliceOf(await ask({ arguments: { id: next() } })).resultType).toBe('input_required')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await pendingApproval(world.policy, 'crm')
  })
})

describe('the state of a wait', () => {
  const waitedFor = async (args: object) => sliceOf(await ask({ arguments: args })).requestState
  const isRefused = async (answered: ReturnType<typeof ask>) => {
    const { json, status } = await answered
    expect(status).toBe(200)
    expect(json?.error).toMatchObject({ code: -32602, data: { reason: 'nothing_open' } })
    expect(upstream.ran).toEqual([])
  }

  it('is worth nothing to somebody else', async () => {
    const args = { id: next() }
    await isRefused(ask({ arguments: args, requestState: await waitedFor(args) }, 'crm', other.key))
  })

  it('nor for another call, nor changed', async () => {
    const args = { id: next() }
    const requestState = await waitedFor(args)
    await isRefused(ask({ arguments: { id: next() }, requestState }))
    await isRefused(ask({ arguments: args, requestState: `${requestState.slice(0, -2)}xx` }))
    await isRefused(ask({ arguments: args, requestState: 'hold.' }))
    const after = ask({ arguments: args, requestState })
    await world.decide('crm')
    expect((await after).json?.result?.content?.[0]?.text).toBe(`deleted ${args.id}`)
  })

  it('nor after its time', async () => {
    const { TextSeal } = await import('@/gateway/sealed-text')
    const { SECRET } = await import('@/e2e/support/gateway')
    const { createHash } = await import('node:crypto')
    const args = { id: next() }
    const digest = createHash('sha256')
      .update(`"arguments":${JSON.stringify(args)},"name":"delete_customer"`)
      .digest('hex')
    const connection = await world.policy.rows<{ id: string }>(`SELECT "id" FROM "Connection" WHERE "slug" = 'crm'`)
    const boundTo = JSON.stringify([bot.identityId, connection[0]!.id, 'tools/call', digest])
    const made = (untilMs: number) =>
      `hold.${new TextSeal([SECRET], 'states of held calls').seal(
        JSON.stringify({ approvalId: 'apv_none', slices: 1, untilMs, state: null, inputResponses: null }),
        boundTo,
      )}`
    await isRefused(ask({ arguments: args, requestState: made(Date.now() - 1) }))
    // Made by the same hand it is taken while it is in time.
    expect(sliceOf(await ask({ arguments: args, requestState: made(Date.now() + 60_000) })).resultType).toBe(
      'input_required',
    )
  })

  it('goes to no server, also when no rule holds the call any more', async () => {
    answer = (_request, response, body) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: { content: [], resultType: 'complete' } }),
      )
    }
    const rule = await world.policy.rule({
      name: 'all of raw',
      effect: 'approve',
      connections: ['raw'],
      approvers: { people: ['dana@acme.test'] },
    })
    await policyApplied(world.policy)
    const args = { id: next() }
    const { requestState } = sliceOf(await ask({ arguments: args }, 'raw'))
    await world.policy.removeRule(rule)
    // It is still one to delete by.
    const after = ask({ arguments: args, requestState }, 'raw')
    await world.decide('raw')
    await after
    expect(raw.received).toHaveLength(1)
    expect(raw.received[0]!.body).not.toContain('requestState')
  })

  it("carries the server's own, with the answers that the client gave it", async () => {
    const bodies: Record<string, unknown>[] = []
    answer = (_request, response, body) => {
      const { id, params } = JSON.parse(body)
      bodies.push(params)
      const asks = {
        resultType: 'input_required',
        requestState: 'state of the server',
        inputRequests: {
          sure: {
            method: 'elicitation/create',
            params: { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
          },
        },
      }
      const done = { resultType: 'complete', content: [{ type: 'text', text: 'gone' }] }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: bodies.length === 1 ? asks : done }))
    }
    const args = { id: next() }
    const first = ask({ arguments: args }, 'raw')
    await world.decide('raw')
    const asked = (await first).json?.result as unknown as { requestState: string; inputRequests: object }
    expect(asked.inputRequests).toHaveProperty('sure')
    expect(asked.requestState).not.toContain('state of the server')

    // What it answers may change what happens, so it is another call to approve; and it is sent once.
    const inputResponses = { sure: { action: 'accept', content: {} } }
    const held = sliceOf(await ask({ arguments: args, inputResponses, requestState: asked.requestState }, 'raw'))
    expect(held.resultType).toBe('input_required')
    const again = ask({ arguments: args, requestState: held.requestState }, 'raw')
    const { argumentsMasked } = await world.decide('raw')
    expect(JSON.parse(argumentsMasked)).toEqual({ arguments: args, inputResponses })
    expect((await again).json?.result?.content?.[0]?.text).toBe('gone')
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toMatchObject({ arguments: args, inputResponses, requestState: 'state of the server' })
  })
})
