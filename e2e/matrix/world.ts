import { startBothErasUpstream } from '../support/both-eras'
import { createTestDatabase } from '../support/database'
import { startGateway } from '../support/gateway'
import { PolicyWriter } from '../support/policy'
import { startSseUpstream, startUpstream } from '../support/upstreams'

export const SERVERS = ['with sessions', 'in plain JSON', 'of both eras', 'of 2026-07-28 only', 'of HTTP+SSE'] as const
export type Server = (typeof SERVERS)[number]

/** Servers of every era, each reached directly and through one gateway that masks, and does not grant `delete_customer`. */
export async function enterMatrix() {
  const database = await createTestDatabase()
  const policy = await PolicyWriter.open(database.url)
  const upstreams = [
    await startUpstream('stateful'),
    await startUpstream('json'),
    await startBothErasUpstream(),
    await startBothErasUpstream('reject'),
    await startSseUpstream(),
  ]
  const identityId = await policy.identity('matrix')
  const { key } = await policy.key(identityId)
  for (const [i, { url }] of upstreams.entries()) {
    await policy.grant(
      identityId,
      await policy.connection(`server-${i}`, url, null, url.endsWith('/sse') ? 'sse' : 'http'),
      ['get_*', 'count'],
    )
  }
  await policy.mask('customers', ['EMAIL', 'CREDIT_CARD'])
  const gateway = await startGateway(database.gatewayUrl)
  return {
    key,
    policy,
    upstream: (server: Server) => upstreams[SERVERS.indexOf(server)]!,
    through: (server: Server) =>
      `${gateway.url}/server-${SERVERS.indexOf(server)}/${server === 'of HTTP+SSE' ? 'sse' : 'mcp'}`,
    async leave() {
      await gateway.stop()
      await Promise.all(upstreams.map((upstream) => upstream.close()))
      await policy.close()
      await database.drop()
    },
  }
}

export type Matrix = Awaited<ReturnType<typeof enterMatrix>>
