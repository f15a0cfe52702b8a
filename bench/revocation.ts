import { post } from '@/e2e/support/clients'
import { startUpstream } from '@/e2e/support/upstreams'
import { benchDatabase, median } from './world'

const TIMES = 50
const BODY = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'count', arguments: {} } }

/** From the commit of a revocation to the first refusal, on whichever of two replicas is the later one. */
export async function benchRevocation(): Promise<void> {
  const database = await benchDatabase()
  const upstream = await startUpstream('json')
  const { policy } = database
  const bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  const gateways = await Promise.all([database.startGateway(), database.startGateway()])
  try {
    const took: number[] = []
    for (let i = 0; i < TIMES; i++) {
      await policy.change(`UPDATE "Grant" SET "revokedAt" = NULL, "revokedBy" = NULL WHERE "id" = $1`, [bot.grantId])
      await Promise.all(gateways.map(({ url }) => untilAnswered(url, bot.key, 200)))
      const started = performance.now()
      await policy.revoke(bot.grantId)
      await Promise.all(gateways.map(({ url }) => untilAnswered(url, bot.key, 403)))
      took.push(performance.now() - started)
    }
    console.log(
      `revoke to refused on both of two replicas, ${TIMES} times: median ${median(took).toFixed(1)} ms, worst ${Math.max(...took).toFixed(1)} ms`,
    )
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    await upstream.close()
    await database.stop()
  }
}

async function untilAnswered(url: string, key: string, status: number): Promise<void> {
  while ((await post(`${url}/crm/mcp`, key, BODY)).status !== status);
}
