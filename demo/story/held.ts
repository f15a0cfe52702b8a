import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { z } from 'zod'
import { type CallOutcome, callTool, connectThrough } from '@/demo/client'
import { type SeededRandom, seededRandom } from '@/demo/random'
import type { KeyRing } from './key-ring'

/** The support agent asks for what a colleague has to approve, and waits for the answer like any other client. */

const WHO = 'support-reply-agent'
const CLIENT = { name: 'reply-agent', version: '0.14.3' }
const REST_MS: [number, number] = [60_000, 150_000]
const AFTER_FAILURE_MS = 10_000

const Orders = z.object({
  orders: z.array(z.object({ id: z.string(), total: z.number(), currency: z.string(), status: z.string() })),
})
const AddedNote = z.object({ id: z.number() })

const REASONS = [
  ['Parcel lost', 'The carrier confirms that the parcel is lost, and the customer would rather have the money.'],
  ['Arrived broken', 'The photos in the ticket show broken glass. A replacement is out of stock.'],
  ['Charged twice', 'The customer was charged twice for one shipment, see ticket 88121.'],
] as const

type Asking = (client: Client, random: SeededRandom) => Promise<Outcome>
type Outcome = 'approved' | 'refused' | 'nothing to ask' | 'failed'

const ASKINGS: readonly Asking[] = [askForRefund, askToDeleteDrafts]

/** One held call after the other, each by a session of its own, until told to stop. Nobody but a person answers it. */
export async function keepAsking(keys: KeyRing, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const random = seededRandom(Date.now())
  let turn = 0
  while (!signal.aborted) {
    const outcome = await askOnce(keys, ASKINGS[turn % ASKINGS.length]!, random, signal)
    if (outcome === 'approved' || outcome === 'refused') say(`story: what ${WHO} asked for was ${outcome}`)
    if (outcome === 'nothing to ask') continue
    if (outcome !== 'failed') turn += 1
    await sleep(outcome === 'failed' ? AFTER_FAILURE_MS : random.integer(...REST_MS), undefined, { signal }).catch(
      () => {},
    )
  }
}

async function askOnce(keys: KeyRing, ask: Asking, random: SeededRandom, signal: AbortSignal): Promise<Outcome> {
  try {
    const { client, transport } = await connectThrough(keys.gateway, 'crm', keys.of(WHO), CLIENT)
    const hangUp = () => void client.close()
    signal.addEventListener('abort', hangUp)
    try {
      return await ask(client, random)
    } finally {
      signal.removeEventListener('abort', hangUp)
      await transport.terminateSession().catch(() => {})
      await client.close()
    }
  } catch {
    return 'failed'
  }
}

/** A real order of a real customer, as the agent finds it through the gateway. */
async function askForRefund(client: Client, random: SeededRandom): Promise<Outcome> {
  const id = `C-${random.integer(10_001, 15_000)}`
  await callTool(client, 'get_customer', { id })
  const { orders } = read(Orders, await callTool(client, 'list_orders', { customerId: id, limit: 5 }))
  const order = orders.find(({ total, status }) => total > 100 && status === 'delivered')
  if (!order) return 'nothing to ask'
  await callTool(client, 'get_order', { id: order.id })
  await callTool(client, 'list_notes', { customerId: id })
  const [reason, justification] = random.pick([...REASONS])
  return untilAnswered(client, 'issue_refund', { orderId: order.id, amount: order.total, reason }, justification)
}

/** Two of its own: the second is asked for once the first is gone, unless a standing approval covers it. */
async function askToDeleteDrafts(client: Client, random: SeededRandom): Promise<Outcome> {
  const customerId = `C-${random.integer(10_001, 15_000)}`
  const drafts: number[] = []
  for (const text of ['Draft: thank you for your patience.', 'Draft: we have looked into it.']) {
    drafts.push(read(AddedNote, await callTool(client, 'add_note', { customerId, author: WHO, text })).id)
  }
  await callTool(client, 'list_notes', { customerId })
  let outcome: Outcome = 'nothing to ask'
  for (const id of drafts) {
    outcome = await untilAnswered(client, 'delete_note', { id }, 'Its own draft. The customer got the final answer.')
    if (outcome !== 'approved') break
  }
  return outcome
}

/** Told that nobody has answered yet, a client says the same again and waits on. */
async function untilAnswered(
  client: Client,
  tool: string,
  args: Record<string, unknown>,
  justification: string,
): Promise<Outcome> {
  for (;;) {
    const since = Date.now()
    const outcome = await callTool(client, tool, args, justification)
    if (outcome.kind === 'answered') return 'approved'
    if (outcome.kind === 'failed') return 'failed'
    if (outcome.refusal.reason !== 'approval_pending') return 'refused'
    // A gateway that answers at once must not be asked in a tight loop.
    if (Date.now() - since < 1_000) await sleep(5_000)
  }
}

function read<Shape extends z.ZodType>(shape: Shape, outcome: CallOutcome): z.output<Shape> {
  if (outcome.kind !== 'answered') throw new Error('the CRM did not answer')
  return shape.parse(outcome.result.structuredContent)
}
