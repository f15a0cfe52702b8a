import { call, post } from '@/e2e/support/clients'
import { approvalsOf } from '@/e2e/support/holding'
import { eventually } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'
import { benchDatabase } from './world'

const TIMES = 300
/** Others whose calls wait meanwhile, as in a busy hour. */
const BYSTANDERS = 50

/** From the moment at which the deciding vote is sent to be committed until upstream has received the call. */
export async function benchHolds(): Promise<void> {
  const database = await benchDatabase()
  const { policy } = database
  const receivedAt = new Map<string, number>()
  const upstream = await startRawUpstream((_request, response, body) => {
    const { id, params } = JSON.parse(body) as { id: unknown; params: { arguments: { id: string } } }
    receivedAt.set(params.arguments.id, performance.now())
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'done' }] } }))
  })
  const connection = await policy.connection('crm', upstream.url)
  const bot = await policy.caller('bot', connection)
  const crowd = await policy.caller('crowd', connection)
  const dana = await policy.identity('dana@acme.test')
  await policy.rule({ name: 'deletes', effect: 'approve', approvers: { people: ['dana@acme.test'] } })
  const gateway = await database.startGateway({ LIMIT_NEW_APPROVALS_PER_MINUTE: '0' })
  const url = `${gateway.url}/crm/mcp`
  try {
    for (const bystanders of [0, BYSTANDERS]) {
      const waiting = Array.from({ length: bystanders }, (_, i) =>
        post(url, crowd.key, call('delete_customer', { id: `waits ${i}` })),
      )
      const took: number[] = []
      for (let i = 0; i < TIMES; i++) {
        const customer = `c${bystanders} ${i}`
        const answering = post(url, bot.key, call('delete_customer', { id: customer }))
        const own = JSON.stringify({ id: customer })
        const rows = await eventually(
          () => approvalsOf(policy, 'crm'),
          (all) => all.some(({ argumentsMasked, isAwaited }) => argumentsMasked === own && isAwaited),
        )
        const { id } = rows.find(({ argumentsMasked }) => argumentsMasked === own)!
        // So that nothing of opening it is still under way.
        await new Promise((resolve) => setTimeout(resolve, 20))
        await policy.client.query('BEGIN')
        await policy.client.query(
          `INSERT INTO "ApprovalVote" ("approvalId", "identityId", "verdict", "at", "actor")
           VALUES ($1, $2, 'approve', clock_timestamp(), 'bench')`,
          [id, dana],
        )
        await policy.client.query(
          `UPDATE "Approval" SET "status" = 'approved', "decidedAt" = clock_timestamp() WHERE "id" = $1`,
          [id],
        )
        const clicked = performance.now()
        await policy.client.query('COMMIT')
        await answering
        took.push(receivedAt.get(customer)! - clicked)
      }
      await Promise.all(waiting)
      const sorted = took.sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1)
      console.log(
        `click to upstream, ${TIMES} times, ${bystanders} other calls waiting: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`,
      )
    }
  } finally {
    await gateway.stop()
    await upstream.close()
    await database.stop()
  }
}
