import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { call, connectClient, initialize, post } from '@/e2e/support/clients'
import { heldWorld, refusalIn } from '@/e2e/support/held-world'
import { approvalsOf, grantStanding, lapse, pendingApproval, vote } from '@/e2e/support/holding'
import { everythingStored, type PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let upstream: Upstream
let stateful: Upstream
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let holding: string

const world = heldWorld(async ({ policy }) => {
  upstream = await startUpstream('stateless')
  stateful = await startUpstream('stateful')
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  await policy.grant(bot.identityId, await policy.connection('stateful', stateful.url))
  await policy.mask('customer data', ['EMAIL', 'CREDIT_CARD', 'PHONE'], 'client', ['get_*', 'slow'])
  holding = await world.holdDeletes()
})

beforeEach(() => {
  upstream.ran.length = 0
  stateful.ran.length = 0
})

afterAll(async () => {
  await Promise.all([upstream?.close(), stateful?.close()])
})

const url = (slug = 'crm') => `${world.gateways[0]!.url}/${slug}/mcp`
let customers = 0
/** Never the same call twice, so that tests do not meet in one approval. */
const next = () => `c${++customers}`
const deleting = (id: string, more: object = {}, headers: Record<string, string> = {}) =>
  post(url(), bot.key, { ...call('delete_customer', { id }), ...more }, headers)

const opened = (body: object, signal?: AbortSignal) =>
  fetch(url(), {
    method: 'POST',
    signal,
    headers: {
      authorization: `Bearer ${bot.key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(body),
  })

describe('a held call', () => {
  it('waits on a stream, and gets its answer once somebody approves it', async () => {
    const id = next()
    const response = await opened(call('delete_customer', { id }))
    // Its status line is out before anybody has said a word.
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const approval = await pendingApproval(world.policy, 'crm')
    expect(approval).toMatchObject({ target: 'delete_customer', argumentsMasked: JSON.stringify({ id }) })
    expect(upstream.ran).toEqual([])
    await vote(world.policy, approval.id, world.dana)
    const text = await response.text()
    expect(text).toMatch(/^(?:: waiting for approval\n\n)+event: message\ndata: /)
    expect(text).toContain(`deleted ${id}`)
    expect(upstream.ran).toEqual(['delete_customer'])
    expect(await world.trailOf(approval.id)).toEqual(['approval.requested', 'approval.used'])
    const [event] = await world.policy.rows<{ outcome: string; data: Record<string, unknown> }>(
      `SELECT "outcome", "data" FROM "AuditEvent" WHERE "action" LIKE 'call.%' AND "data"->>'approvalId' = $1`,
      [approval.id],
    )
    expect(event?.outcome).toBe('allowed')
    expect(event?.data.heldMs).toBeGreaterThan(0)
  })

  it('does not go up with what a rule masks since it waits, whoever approved it', async () => {
    const answering = deleting(CANARY.email)
    const approval = await pendingApproval(world.policy, 'crm')
    const rule = await world.policy.rule({ name: 'both ways now', effect: 'mask', types: ['EMAIL'], direction: 'both' })
    await policyApplied(world.policy)
    await vote(world.policy, approval.id, world.dana)
    const { json } = await answering
    expect(refusalIn(json)?.reason ?? json?.error?.data?.reason).toBe('policy_changed')
    expect(upstream.ran).toEqual([])
    expect(upstream.received.map(({ body }) => body).join()).not.toContain(CANARY.email)
    await world.policy.removeRule(rule)
    await policyApplied(world.policy)
  })

  it('gets nothing but a refusal once somebody denies it', async () => {
    const answering = deleting(next())
    const { id } = await world.decide('crm', 'deny')
    const { json } = await answering
    expect(json?.result?.isError).toBe(true)
    const refusal = refusalIn(json)!
    expect(refusal).toMatchObject({ reason: 'approval_denied', url: `http://web.acme.test/approvals/${id}` })
    expect(upstream.ran).toEqual([])
    expect(await world.callOf(refusal.reference)).toEqual({
      outcome: 'refused',
      reason: 'approval_denied',
      isUp: false,
    })
  })

  it('is told to come again before its client gives up, and the same call goes on waiting', async () => {
    const id = next()
    const first = await deleting(id)
    const refusal = refusalIn(first.json)!
    const approval = await pendingApproval(world.policy, 'crm')
    expect(first.json?.result?.isError).toBe(true)
    expect(refusal).toMatchObject({ reason: 'approval_pending', url: `http://web.acme.test/approvals/${approval.id}` })
    expect(first.json?.result?.content?.[0]?.text).toContain('Repeat the same call')
    expect(await world.callOf(refusal.reference)).toEqual({ outcome: 'held', reason: 'approval_pending', isUp: false })
    const again = deleting(id, { id: 'another id' })
    await eventually(
      () => approvalsOf(world.policy, 'crm'),
      (all) => all.find((each) => each.id === approval.id)!.isAwaited,
    )
    await vote(world.policy, approval.id, world.dana)
    expect((await again).json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
    expect(upstream.ran).toEqual(['delete_customer'])
    expect(await world.trailOf(approval.id)).toEqual(['approval.requested', 'approval.used'])
  })

  it('that was approved while nobody waited passes when it comes again, once', async () => {
    const id = next()
    await deleting(id)
    await world.decide('crm')
    expect(upstream.ran).toEqual([])
    const { json, headers } = await deleting(id)
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
    const third = deleting(id)
    await world.decide('crm', 'deny')
    expect(refusalIn((await third).json)?.reason).toBe('approval_denied')
    expect(upstream.ran).toEqual(['delete_customer'])
  })

  it('finds its approval also in the session in which its conversation goes on, as when the hour turns', async () => {
    const id = next()
    await deleting(id)
    const approval = await world.decide('crm')
    const [before] = await world.policy.rows<{ sessionId: string }>(
      `WITH ended AS (UPDATE "Session" s SET "endedAt" = now(), "endReason" = 'test', "derivedKey" = NULL FROM "Approval" a
         WHERE a."id" = $1 AND s."id" = a."sessionId" RETURNING s."id")
       SELECT "id" AS "sessionId", pg_notify('session', "id") FROM ended`,
      [approval.id],
    )
    const sessionOf = async () => {
      await post(url(), bot.key, call('count'))
      const rows = await world.policy.rows<{ sessionId: string }>(
        `SELECT "sessionId" FROM "Call" WHERE "target" = 'count' ORDER BY "startedAt" DESC LIMIT 1`,
      )
      return rows[0]?.sessionId
    }
    await eventually(sessionOf, (sessionId) => sessionId !== before!.sessionId)
    expect((await deleting(id)).json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
    expect(await world.trailOf(approval.id)).toEqual(['approval.requested', 'approval.used'])
  })

  it('that was denied while nobody waited hears so when it comes again, and asks anew only after that', async () => {
    const id = next()
    await deleting(id)
    const { id: denied } = await world.decide('crm', 'deny')
    const told = await deleting(id)
    expect(refusalIn(told.json)).toMatchObject({ reason: 'approval_denied', approval: denied })
    const anew = deleting(id)
    const { id: asked } = await world.decide('crm')
    expect(asked).not.toBe(denied)
    expect((await anew).json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
  })

  it('is refused when its time is over, and is never taken to be approved', async () => {
    const answering = deleting(next())
    const { id } = await pendingApproval(world.policy, 'crm')
    await lapse(world.database.adminUrl, id)
    const { json } = await answering
    expect(refusalIn(json)).toMatchObject({ reason: 'approval_expired', approval: id })
    expect(upstream.ran).toEqual([])
  })

  it('that expired after it was approved does not run, and asks anew', async () => {
    const customer = next()
    await deleting(customer)
    const { id } = await world.decide('crm')
    await lapse(world.database.adminUrl, id)
    const again = deleting(customer)
    const { id: anew } = await pendingApproval(world.policy, 'crm')
    expect(anew).not.toBe(id)
    expect(await world.trailOf(id)).toEqual(['approval.requested', 'approval.expired'])
    await vote(world.policy, anew, world.dana, 'deny')
    await again
    expect(upstream.ran).toEqual([])
  })

  it('tells a client that asked for it how it waits, ever further on, and records that', async () => {
    const id = next()
    const _meta = { progressToken: 'p1', 'countersign/justification': `asked for by ${CANARY.email}` }
    const answering = post(url(), bot.key, {
      ...call('delete_customer', { id }),
      params: { name: 'delete_customer', arguments: { id }, _meta },
    })
    const approval = await pendingApproval(world.policy, 'crm')
    expect(approval.justification).toMatch(/^asked for by \[EMAIL_/)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await vote(world.policy, approval.id, world.dana)
    const { text } = await answering
    const said = [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!))
    const progress = said.filter(({ method }) => method === 'notifications/progress').map(({ params }) => params)
    expect(progress.length).toBeGreaterThanOrEqual(2)
    for (const [i, { progressToken, message, progress: value }] of progress.entries()) {
      expect(progressToken).toBe('p1')
      expect(message).toMatch(/^Waiting for approval by dana@acme\.test or eve@acme\.test\. .*\/approvals\/apv_/)
      expect(value).toBeGreaterThan(i === 0 ? 0 : progress[i - 1].progress)
      expect(value).toBeLessThan(0.01)
    }
    const recorded = await world.policy.rows<{ body: string }>(
      `SELECT m."body" FROM "RecordedMessage" m JOIN "Approval" a ON a."usedCallId" = m."callId"
       WHERE a."id" = $1 AND m."method" = 'notifications/progress' ORDER BY m."seq"`,
      [approval.id],
    )
    expect(recorded).toHaveLength(progress.length)
  })

  it('is held without a word from a client that reads one body of JSON', async () => {
    const id = next()
    const answering = deleting(id, {}, { accept: 'application/json' })
    await world.decide('crm')
    // As that of the server, which does not take such a client.
    expect((await answering).status).toBe(406)
  })

  it('is only told to come again in one body of JSON, too', async () => {
    const { headers, json } = await deleting(next(), {}, { accept: 'application/json' })
    expect(headers.get('content-type')).toBe('application/json')
    expect(refusalIn(json)?.reason).toBe('approval_pending')
    await world.decide('crm', 'deny')
  })

  it('of a prompt or a resource is refused in the protocol, where there is no tool to blame', async () => {
    const rule = await world.policy.rule({
      name: 'greetings',
      effect: 'approve',
      tools: ['prompt:*'],
      approvers: { people: ['dana@acme.test'] },
    })
    await policyApplied(world.policy)
    const body = { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'greet' } }
    const { json } = await post(url(), bot.key, body)
    expect(json?.error).toMatchObject({ code: -31428, data: { reason: 'approval_pending' } })
    const again = post(url(), bot.key, body)
    await world.decide('crm')
    expect(JSON.stringify((await again).json)).toContain('Dear')
    await world.policy.removeRule(rule)
  })

  it('in a batch is refused with the whole of it', async () => {
    const body = [call('count', {}, 1), call('delete_customer', { id: next() }, 2)]
    const { json } = await post(url(), bot.key, body)
    const answers = json as unknown as { id: number; error: { data: { reason: string } } }[]
    expect(answers.map(({ error }) => error.data.reason)).toEqual(['held_in_batch', 'held_in_batch'])
    expect(upstream.ran).toEqual([])
  })

  it('that nobody could read whole is refused', async () => {
    const { status, json } = await deleting('x'.repeat(300_000))
    expect(status).toBe(413)
    expect(json?.error?.data?.reason).toBe('request_too_large')
  })
})

describe('an approval is for one exact call', () => {
  const approvedFor = async (body: object) => {
    await post(url(), bot.key, body)
    return world.decide('crm')
  }
  const isAskedAnew = async (body: object, key = bot.key) => {
    const answering = post(url(), key, body)
    await world.decide('crm', 'deny')
    expect(refusalIn((await answering).json)?.reason).toBe('approval_denied')
    expect(upstream.ran).toEqual([])
  }

  it('and not for other arguments, however alike', async () => {
    const id = next()
    await approvedFor(call('delete_customer', { id, n: 1 }))
    await isAskedAnew(call('delete_customer', { id, n: '1' }))
    const written = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_customer","arguments":{"id":"${id}","n":1.0}}}`
    await isAskedAnew(JSON.parse(JSON.stringify({ ...call('delete_customer', { id, n: 1, force: true }) })))
    const exact = post(url(), bot.key, written)
    await world.decide('crm', 'deny')
    expect(refusalIn((await exact).json)?.reason).toBe('approval_denied')
    expect(upstream.ran).toEqual([])
  })

  it('however it is spelled, and whatever it carries beside its arguments', async () => {
    const id = next()
    await approvedFor(call('delete_customer', { id, n: 1 }))
    const spelled = ` {"params": {"_meta":{"traceparent":"x"}, "arguments":{"n":1,"id":"\\u0063${id.slice(1)}"},"name":"delete_customer"},
      "method":"tools/call","id":"x","jsonrpc":"2.0"}`
    expect((await post(url(), bot.key, spelled)).json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
  })

  it('and not for another caller', async () => {
    const other = await world.policy.caller('other-bot', await connectionId('crm'))
    await policyApplied(world.policy)
    const body = call('delete_customer', { id: next() })
    await approvedFor(body)
    await isAskedAnew(body, other.key)
  })

  it('nor for another client of the same caller', async () => {
    const body = call('delete_customer', { id: next() })
    await approvedFor(body)
    const answering = post(url(), bot.key, body, { 'user-agent': 'another client' })
    await world.decide('crm', 'deny')
    expect(refusalIn((await answering).json)?.reason).toBe('approval_denied')
  })

  it('nor once the rule that held it says something else', async () => {
    const body = call('delete_customer', { id: next() })
    const { id } = await approvedFor(body)
    await world.policy.change(`UPDATE "Rule" SET "approval" = "approval" || '{"quorum": 2}' WHERE "id" = $1`, [holding])
    await policyApplied(world.policy)
    const answering = post(url(), bot.key, body)
    const anew = await pendingApproval(world.policy, 'crm')
    expect(anew.id).not.toBe(id)
    await world.policy.change(`UPDATE "Rule" SET "approval" = "approval" || '{"quorum": 1}' WHERE "id" = $1`, [holding])
    await policyApplied(world.policy)
    // Under the old rule it is the old call again.
    expect((await answering).json?.result?.content?.[0]?.text).toMatch(/^deleted/)
    expect(await world.trailOf(anew.id)).toEqual(['approval.requested', 'approval.void'])
  })

  it('nor once the definition of its tool is another one', async () => {
    const define = (digest: string) =>
      world.policy.change(
        `INSERT INTO "Tool" ("connectionId", "name", "risk", "definition", "digest", "pinnedDigest", "certifiedAt", "firstSeenAt", "lastSeenAt")
         VALUES ($1, 'delete_customer', 'destructive', '{}', $2, $2, now(), now(), now())
         ON CONFLICT ("connectionId", "name") DO UPDATE SET "digest" = $2, "pinnedDigest" = $2`,
        [connection, digest],
      )
    const connection = await connectionId('crm')
    await define('a'.repeat(64))
    await policyApplied(world.policy)
    const body = call('delete_customer', { id: next() })
    const { id } = await approvedFor(body)
    const waiting = post(url(), bot.key, call('delete_customer', { id: next() }))
    const { id: waitedFor } = await pendingApproval(world.policy, 'crm')
    await define('b'.repeat(64))
    await policyApplied(world.policy)
    // Who waits is asked for anew, by the new definition.
    await eventually(
      () => world.trailOf(waitedFor),
      (trail) => trail.includes('approval.void'),
    )
    await world.decide('crm')
    expect((await waiting).json?.result?.content?.[0]?.text).toMatch(/^deleted/)
    upstream.ran.length = 0
    await isAskedAnew(body)
    expect((await approvalsOf(world.policy, 'crm')).find((each) => each.id === id)?.status).toBe('approved')
    // Else the others would be new beside it, and quarantined.
    await world.policy.change(`DELETE FROM "Tool" WHERE "connectionId" = $1`, [connection])
    await policyApplied(world.policy)
  })

  it('of two that wait on it one uses it, and the other asks anew', async () => {
    const body = call('delete_customer', { id: next() })
    const both = [post(url(), bot.key, body), post(url(), bot.key, { ...body, id: 2 })]
    const { id } = await pendingApproval(world.policy, 'crm')
    await eventually(
      () => metric('countersign_held_calls'),
      (held) => held === 2,
    )
    await vote(world.policy, id, world.dana)
    await eventually(
      () => approvalsOf(world.policy, 'crm'),
      (all) => all.some((each) => each.status === 'pending' && each.id > id),
    )
    expect(upstream.ran).toEqual(['delete_customer'])
    await world.decide('crm', 'deny')
    const answers = await Promise.all(both)
    expect(answers.map(({ json }) => refusalIn(json)?.reason ?? 'passed').sort()).toEqual(['approval_denied', 'passed'])
  })
})

const connectionId = async (slug: string) =>
  (await world.policy.rows<{ id: string }>('SELECT "id" FROM "Connection" WHERE "slug" = $1', [slug]))[0]!.id

async function metric(name: string, of = world.gateways[0]!): Promise<number> {
  const text = await fetch(`${of.url}/metrics`).then((response) => response.text())
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('a client that goes', () => {
  it('ends the wait and nothing else: its approval counts when it is back', async () => {
    const id = next()
    const leaving = new AbortController()
    const gone = opened(call('delete_customer', { id }), leaving.signal).then((response) => response.text())
    const approval = await pendingApproval(world.policy, 'crm')
    leaving.abort()
    await expect(gone).rejects.toThrow()
    await eventually(
      () => metric('countersign_held_calls'),
      (held) => held === 0,
    )
    await vote(world.policy, approval.id, world.dana)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(upstream.ran).toEqual([])
    expect((await approvalsOf(world.policy, 'crm')).at(-1)).toMatchObject({ id: approval.id, status: 'approved' })
    expect((await deleting(id)).json?.result?.content?.[0]?.text).toBe(`deleted ${id}`)
  })

  it('and takes the call back cancels the approval, and the server never hears of either', async () => {
    const { client, transport, close } = await connectClient(url('stateful'), bot.key)
    const before = stateful.received.length
    const cancelling = new AbortController()
    const cancelled = client.callTool({ name: 'delete_customer', arguments: { id: next() } }, undefined, {
      signal: cancelling.signal,
    })
    const { id } = await pendingApproval(world.policy, 'stateful')
    cancelling.abort()
    await expect(cancelled).rejects.toThrow()
    await eventually(
      () => approvalsOf(world.policy, 'stateful'),
      (all) => all.at(-1)!.status === 'cancelled',
    )
    expect(await world.trailOf(id)).toEqual(['approval.requested', 'approval.cancelled'])
    expect(stateful.received.slice(before).filter(({ method }) => method === 'POST')).toEqual([])
    await transport.terminateSession()
    await close()
  })

  it('may not take back what another session asked for', async () => {
    const own = { 'user-agent': 'own client' }
    const answering = post(url(), bot.key, call('delete_customer', { id: next() }, 77), own)
    const { id } = await pendingApproval(world.policy, 'crm')
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 77 } }
    await post(url(), bot.key, cancel, { 'user-agent': 'other client' })
    await vote(world.policy, id, world.dana)
    expect((await answering).json?.result?.content?.[0]?.text).toMatch(/^deleted/)
  })
})

describe('access that ends while a call waits', () => {
  const waiting = async (slug = 'crm', key = bot.key, headers: Record<string, string> = {}) => {
    const answering = post(url(slug), key, call('delete_customer', { id: next() }), headers)
    const approval = await pendingApproval(world.policy, slug)
    return { answering, approval }
  }
  const isVoid = async (approvalId: string) => {
    await eventually(
      () => world.trailOf(approvalId),
      (trail) => trail.includes('approval.void'),
    )
  }

  it.each<[string, (who: Awaited<ReturnType<PolicyWriter['caller']>>) => Promise<unknown>]>([
    ['its grant', ({ grantId }) => world.policy.revoke(grantId)],
    [
      'its key',
      ({ keyId }) => world.policy.change(`UPDATE "ServiceKey" SET "revokedAt" = now() WHERE "id" = $1`, [keyId]),
    ],
    [
      'its identity',
      ({ identityId }) =>
        world.policy.change(`UPDATE "Identity" SET "disabledAt" = now() WHERE "id" = $1`, [identityId]),
    ],
    ['an exclusion', async ({ identityId }) => world.policy.exclude(identityId, await connectionId('crm'))],
  ])('refuses it within a second, and voids its approval (%s)', async (_, end) => {
    const who = await world.policy.caller(`bot-${next()}`, await connectionId('crm'))
    await policyApplied(world.policy)
    const { answering, approval } = await waiting('crm', who.key)
    const before = performance.now()
    await end(who)
    const { json } = await answering
    expect(performance.now() - before).toBeLessThan(1_000)
    expect(refusalIn(json)?.reason).toBe('access_ended')
    await isVoid(approval.id)
    expect(await world.callOf(refusalIn(json)!.reference)).toMatchObject({ outcome: 'refused', isUp: false })
    expect(upstream.ran).toEqual([])
  })

  it('refuses it when a rule blocks it from now on', async () => {
    const { answering, approval } = await waiting()
    const rule = await world.policy.rule({ name: 'no deletes', effect: 'block', tools: ['delete_*'] })
    expect(refusalIn((await answering).json)?.reason).toBe('access_ended')
    await isVoid(approval.id)
    await world.policy.removeRule(rule)
    await policyApplied(world.policy)
  })

  it('refuses it when somebody ends its session', async () => {
    const opened = await post(url('stateful'), bot.key, initialize())
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id')! }
    await post(url('stateful'), bot.key, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
    const { answering, approval } = await waiting('stateful', bot.key, headers)
    await world.policy.rows(
      `WITH ended AS (UPDATE "Session" s SET "endRequestedBy" = 'test' FROM "Approval" a
         WHERE a."id" = $1 AND s."id" = a."sessionId" RETURNING s."id") SELECT pg_notify('session', "id") FROM ended`,
      [approval.id],
    )
    expect(refusalIn((await answering).json)?.reason).toBe('unknown_session')
    await isVoid(approval.id)
    expect(stateful.ran).toEqual([])
  })

  it('lets it pass when no rule holds it any more', async () => {
    const rule = await world.policy.rule({
      name: 'counts',
      effect: 'approve',
      tools: ['count'],
      approvers: { people: ['dana@acme.test'] },
    })
    await policyApplied(world.policy)
    const answering = post(url(), bot.key, call('count'))
    const { id } = await pendingApproval(world.policy, 'crm')
    await world.policy.removeRule(rule)
    expect((await answering).json?.result?.content?.[0]?.text).toBe('42')
    expect(await world.trailOf(id)).toEqual(['approval.requested', 'approval.void'])
    await policyApplied(world.policy)
  })
})

describe('a standing approval', () => {
  it('lets its session repeat its tool with other arguments, until somebody ends it', async () => {
    await world.policy.removeRule(holding)
    holding = await world.holdDeletes({ standing: true })
    await policyApplied(world.policy)
    await deleting(next())
    const { id } = await pendingApproval(world.policy, 'crm')
    await vote(world.policy, id, world.dana, 'approve', 10)
    const standing = await grantStanding(world.policy, id, 10)
    for (const customer of [next(), next()]) {
      const { json } = await deleting(customer)
      expect(json?.result?.content?.[0]?.text).toBe(`deleted ${customer}`)
    }
    expect(await world.trailOf(standing)).toEqual(['standing.used', 'standing.used'])
    const elsewhere = await deleting(next(), {}, { 'user-agent': 'another client' })
    expect(refusalIn(elsewhere.json)?.reason).toBe('approval_pending')
    await world.policy.rows(`UPDATE "StandingApproval" SET "revokedAt" = now(), "revokedBy" = 'test'`)
    expect(refusalIn((await deleting(next())).json)?.reason).toBe('approval_pending')
  })
})

describe('what is kept of held calls', () => {
  it('holds no planted customer, and what waits for a person waits in no log', async () => {
    const dob = await world.policy.rule({ name: 'births', effect: 'mask', fields: ['$.params.arguments.dob'] })
    await policyApplied(world.policy)
    const args = { id: `${CANARY.email} ${CANARY.card}`, dob: 'the second of May' }
    const answering = post(url(), bot.key, call('delete_customer', args))
    const { argumentsMasked } = await world.decide('crm')
    expect(argumentsMasked).toMatch(/\[EMAIL_.*\[CREDIT_CARD_/)
    expect(argumentsMasked).not.toContain('the second of May')
    await world.policy.removeRule(dob)
    expect((await answering).json?.result).toBeTruthy()
    const stored = await everythingStored(world.policy.client)
    const logged = world.gateways[0]!.log()
    for (const canary of [...Object.values(CANARY), 'the second of May']) {
      expect(stored).not.toContain(canary)
      expect(logged).not.toContain(canary)
    }
  })
})
