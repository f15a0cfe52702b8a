import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call, connectClient, initialize, post } from '@/e2e/support/clients'
import { as, OPERATOR } from '@/e2e/support/control-world'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'
import { usePrisma as choosePrisma, connectPrisma, db, prisma } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { createIdentity, disableIdentity, enableIdentity, mintToken, revokeKey } from '@/lib/identities/commands'
import { listKeys } from '@/lib/identities/detail-store'
import { newPersonalToken } from '@/lib/identities/service-key'

/** Tokens that people make for themselves, from the command to the gateway's answer. */

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let gateway: TestGateway
let connectionId: string
let dana: Identity
let people = 0

beforeAll(async () => {
  database = await createTestDatabase()
  choosePrisma(connectPrisma(database.url, 3))
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateful')
  connectionId = await policy.connection('crm', upstream.url)
  gateway = await startGateway(database.gatewayUrl)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await prisma().$disconnect()
  await database?.drop()
})

beforeEach(async () => {
  dana = (await createIdentity(OPERATOR, { name: `dana${++people}@acme.test`, kind: 'human' })).result
  await policy.grant(dana.id, connectionId)
  await policyApplied(policy)
})

const mint = async (days = 1) => {
  const { result, lagging } = await mintToken({ ...as(dana), signedInWith: 'oidc' }, { name: 'laptop', days })
  expect(lagging).toEqual([])
  return result
}
const url = () => `${gateway.url}/crm/mcp`
const refusal = async (token: string) => {
  const { status, json } = await post(url(), token, initialize())
  return [status, json?.error?.data?.reason ?? null]
}

describe('a personal access token', () => {
  it('acts as its person, from the moment it was made, and says when it was last used', async () => {
    const { id, token } = await mint()
    const { client, close } = await connectClient(url(), token)
    expect((await client.listTools()).tools.length).toBeGreaterThan(0)
    await close()
    const session = await prisma().session.findFirstOrThrow({ where: { credentialId: id } })
    expect(session.identityId).toBe(dana.id)
    const lastUsed = async () => (await listKeys(db(), as(dana))).find((key) => key.id === id)!.lastUsedAt
    expect(await eventually(lastUsed, (at) => at !== null, 15_000)).toBeInstanceOf(Date)
  })

  it('is refused on the very next call once its person revoked it', async () => {
    const { id, token } = await mint()
    expect(await refusal(token)).toEqual([200, null])
    expect((await revokeKey(as(dana), { keyId: id })).lagging).toEqual([])
    expect(await refusal(token)).toEqual([401, 'revoked_credential'])
  })

  it('is refused once its person is disabled, in open sessions too, and stays so when they come back', async () => {
    const { token } = await mint()
    const opened = await post(url(), token, initialize())
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id')! }
    await disableIdentity(OPERATOR, { identityId: dana.id })
    const ran = upstream.ran.length
    const { status } = await post(url(), token, call('find_customer', { name: 'Zofia' }), session)
    expect(status).toBe(401)
    await enableIdentity(OPERATOR, { identityId: dana.id })
    expect(await refusal(token)).toEqual([401, 'revoked_credential'])
    expect(upstream.ran.length).toBe(ran)
  })

  it('is refused once it has expired', async () => {
    const { id, token } = await mint()
    await policy.change(`UPDATE "ServiceKey" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`, [id])
    await policyApplied(policy)
    expect(await refusal(token)).toEqual([401, 'expired_credential'])
  })

  it.each([
    ['never made', (_token: string) => newPersonalToken()],
    ['under the prefix of a service key', (token: string) => token.replace('csp_', 'csk_')],
    ['under an upper-case prefix', (token: string) => token.replace('csp_', 'CSP_')],
    ['cut short', (token: string) => token.slice(0, -1)],
    ['with something behind it', (token: string) => `${token}A`],
  ])('%s is nobody’s', async (_case, change) => {
    const { token } = await mint()
    expect(await refusal(change(token))).toEqual([401, 'unknown_credential'])
  })

  it('is at rest nowhere and goes to nobody upstream', async () => {
    const { token } = await mint()
    const { client, close } = await connectClient(url(), token)
    await client.listTools()
    await close()
    const secret = token.slice(8)
    expect(JSON.stringify(upstream.received)).not.toContain(secret)
    expect(await everythingStored(policy.client)).not.toContain(secret)
    expect(gateway.log()).not.toContain(secret)
  })
})
