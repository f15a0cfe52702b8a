import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectClient, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream, type UpstreamKind } from '@/e2e/support/upstreams'

const KINDS: UpstreamKind[] = ['stateful', 'stateless', 'json']
const VERSIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
const upstreams = {} as Record<UpstreamKind, Upstream>
let reader: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const identityId = await policy.identity('reader')
  const { id: keyId, key } = await policy.key(identityId)
  for (const kind of KINDS) {
    upstreams[kind] = await startUpstream(kind)
    await policy.grant(identityId, await policy.connection(kind, upstreams[kind].url), ['count', 'get_*'])
  }
  reader = { identityId, keyId, key, grantId: '' }
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()))
  await policy?.close()
  await database?.drop()
})

/** A call as text: `params` is what stands between its braces. */
const calling = (params: string, envelope = '"id":1,"method":"tools/call"') =>
  `{"jsonrpc":"2.0",${envelope},"params":{${params}}}`
const GOOD = '"name":"count"'
const BAD = '"name":"delete_customer","arguments":{"id":"c1"}'

/** Ways to have `delete_customer` run by whom only `count` and `get_*` are granted. */
const ATTEMPTS: [what: string, body: string, headers?: Record<string, string>][] = [
  ['plainly', calling(BAD)],
  ['in capitals', calling('"name":"DELETE_CUSTOMER","arguments":{"id":"c1"}')],
  ['in full-width letters', calling('"name":"ｄｅｌｅｔｅ＿ｃｕｓｔｏｍｅｒ","arguments":{"id":"c1"}')],
  ['with a Cyrillic letter', calling('"name":"dеlete_customer","arguments":{"id":"c1"}')],
  ['with an invisible one', calling('"name":"delete_\\u200bcustomer","arguments":{"id":"c1"}')],
  ['in escapes', calling('"name":"\\u0064elete_customer","arguments":{"id":"c1"}')],
  ['cut off by a NUL', calling('"name":"count\\u0000","arguments":{"id":"c1"}')],
  ['with blanks', calling('"name":" delete_customer ","arguments":{"id":"c1"}')],
  ['as the first of two names', calling(`${BAD},${GOOD}`)],
  ['as the second', calling(`${GOOD},${BAD}`)],
  ['as one of two, one in escapes', calling(`${GOOD},"n\\u0061me":"delete_customer"`)],
  ['as Name beside name', calling(`${GOOD},"Name":"delete_customer"`)],
  ['as NAME before name', calling(`"NAME":"delete_customer",${GOOD}`)],
  ['under look-alike letters', calling(`${GOOD},"nаme":"delete_customer"`)],
  ['through a prototype', calling(`"__proto__":{${BAD}}`)],
  ['through two params', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${GOOD}},"params":{${BAD}}}`],
  ['through two methods', calling(BAD, '"id":1,"method":"ping","method":"tools/call"')],
  ['through Method', calling(BAD, '"id":1,"method":"ping","Method":"tools/call"')],
  ['as a method in capitals', calling(BAD, '"id":1,"method":"TOOLS/CALL"')],
  ['as a notification', calling(BAD, '"method":"tools/call"')],
  ['with an id of null', calling(BAD, '"id":null,"method":"tools/call"')],
  ['as a list of names', calling('"name":["delete_customer"],"arguments":{"id":"c1"}')],
  ['as an object with a name', calling('"name":{"toString":"delete_customer"},"arguments":{"id":"c1"}')],
  ['as a prompt', calling(BAD, '"id":1,"method":"prompts/get"')],
  ['in a batch', `[${calling(GOOD)},${calling(BAD, '"id":2,"method":"tools/call"')}]`],
  ['in a batch of one', `[${calling(BAD)}]`],
  ['in a batch in a batch', `[[${calling(BAD)}]]`],
  ['behind a mark of byte order', `\ufeff${calling(BAD)}`],
  ['behind another document', `${calling(GOOD)}${calling(BAD)}`],
  ['under a header that names another', calling(BAD), { 'mcp-name': 'count', 'mcp-method': 'tools/call' }],
  ['in a header only', calling(GOOD), { 'mcp-name': 'delete_customer', 'mcp-method': 'tools/call' }],
  ['under a method in a header', calling(BAD), { 'mcp-method': 'ping' }],
  ['as a task', calling(`${BAD},"task":{"ttl":1000}`)],
]

describe.each(KINDS)('a tool that is not granted, on a %s server', (kind) => {
  it.each(VERSIONS)('is not run by any spelling under %s', async (version) => {
    const url = `${gateway.url}/${kind}/mcp`
    const hello = initialize()
    const opened = await post(url, reader.key, { ...hello, params: { ...hello.params, protocolVersion: version } })
    const sessionId = opened.headers.get('mcp-session-id')
    const conversation = {
      'mcp-protocol-version': version,
      ...(sessionId === null ? {} : { 'mcp-session-id': sessionId }),
    }
    for (const [what, body, headers] of ATTEMPTS) {
      const { status, text } = await post(url, reader.key, body, { ...conversation, ...headers })
      expect([what, status < 500, text]).toEqual([what, true, expect.stringContaining('"error"')])
      expect([what, upstreams[kind].ran.filter((tool) => tool !== 'count')]).toEqual([what, []])
    }
    // It is alive, and what is granted runs.
    expect((await post(url, reader.key, calling(GOOD), conversation)).text).toContain('42')
    expect(upstreams[kind].ran.filter((tool) => tool !== 'count')).toEqual([])
  })
})

it('each attempt is in the audit trail, and none of them as a call that was made', async () => {
  const [counted] = await policy.rows<{ refused: number }>(
    `SELECT count(*)::int AS "refused" FROM "AuditEvent" WHERE "action" IN ('call.refused', 'request.refused')`,
  )
  expect(counted!.refused).toBeGreaterThanOrEqual(KINDS.length * VERSIONS.length * ATTEMPTS.length)
  const made = await policy.rows(`SELECT DISTINCT "target" FROM "Call" WHERE "outcome" <> 'refused'`)
  expect(made).toEqual([{ target: 'count' }])
})

it('its own client still lists and calls what is granted', async () => {
  const { client, close } = await connectClient(`${gateway.url}/stateful/mcp`, reader.key)
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['get_customer', 'count'])
  await close()
})
