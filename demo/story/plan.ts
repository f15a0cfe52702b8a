import { MACHINES, type Machine, VENDOR_AGENT } from '@/demo/cast'
import type { ClientName } from '@/demo/client'
import { type SeededRandom, seededRandom } from '@/demo/random'

export interface PlannedCall {
  tool: string
  args: Record<string, unknown>
}

export interface PlannedSession {
  who: Machine
  connection: 'crm' | 'everything'
  client: ClientName
  calls: PlannedCall[]
  /** Stays connected after its calls: what a revocation will cut. */
  staysOpen?: true
}

const CLIENTS: Record<Machine, ClientName> = {
  'lumen-vendor-agent': { name: 'lumen-migrator', version: '2.3.1' },
  'bi-export': { name: 'acme-bi', version: '4.0.2' },
  'zendesk-sync': { name: 'zendesk-bridge', version: '1.9.0' },
  'support-reply-agent': { name: 'reply-agent', version: '0.14.3' },
  'release-pipeline': { name: 'release-runner', version: '7.1.0' },
  'etl-nightly': { name: 'acme-etl', version: '3.5.4' },
}

const call = (tool: string, args: Record<string, unknown> = {}): PlannedCall => ({ tool, args })
const customer = (random: SeededRandom): string => `C-${random.integer(10_001, 15_000)}`
const order = (random: SeededRandom): string => `A-${random.integer(20_001, 30_000)}`

const COMPANIES = ['Harbor', 'Cedar', 'Juniper', 'Northwind', 'Osprey', 'Willow', 'Granite', 'Lantern']
const NOTES = [
  'Refund explained, customer is content.',
  'Asked to be called back at (415) 555-0132 after four.',
  'New billing contact: accounts@harbor-freight.example',
  'Ticket closed, the order arrived.',
]

/** What each does on an ordinary day: the smallest sensible session. */
const ROUTINES: Record<Machine, (random: SeededRandom) => Omit<PlannedSession, 'who' | 'client'>> = {
  'lumen-vendor-agent': (random) => ({
    connection: 'crm',
    calls: [
      call('search_customers', { query: random.pick(COMPANIES), limit: 10 }),
      call('export_customers', { segment: 'enterprise', limit: random.pick([100, 250, 400]) }),
      call('export_customers', { segment: 'mid-market', limit: random.pick([100, 250, 400]) }),
    ],
  }),
  'bi-export': (random) => ({
    connection: 'crm',
    calls: [
      call('crm_stats'),
      call('export_customers', { segment: random.pick(['enterprise', 'mid-market']), limit: 120 }),
      call('list_invoices', { customerId: customer(random), status: 'open' }),
    ],
  }),
  'zendesk-sync': (random) => ({
    connection: 'crm',
    calls: [
      call('get_customer', { id: customer(random) }),
      call('get_customer', { id: customer(random) }),
      call('list_notes', { customerId: customer(random) }),
    ],
  }),
  'support-reply-agent': (random) => {
    const id = customer(random)
    return {
      connection: 'crm',
      calls: [
        call('search_customers', { query: random.pick(COMPANIES), limit: 5 }),
        call('get_customer', { id }),
        call('list_orders', { customerId: id, limit: 5 }),
        call('get_order', { id: order(random) }),
        call('add_note', { customerId: id, author: 'support-reply-agent', text: random.pick(NOTES) }),
      ],
    }
  },
  'release-pipeline': (random) => ({
    connection: 'everything',
    calls: [
      call('echo', { message: `release 2026.11.${random.integer(1, 28)}` }),
      call('get-sum', { a: random.integer(1, 99), b: random.integer(1, 99) }),
      call('trigger-long-running-operation', { duration: 0.5, steps: 2 }),
    ],
  }),
  'etl-nightly': (random) => {
    const id = customer(random)
    return {
      connection: 'crm',
      calls: [call('list_orders', { customerId: id, limit: 50 }), call('list_invoices', { customerId: id })],
    }
  },
}

function routine(who: Machine, random: SeededRandom): PlannedSession {
  return { who, client: CLIENTS[who], ...ROUTINES[who](random) }
}

/** The same session with more calls, for what does not happen every day. */
const also = (session: PlannedSession, ...calls: PlannedCall[]): PlannedSession => ({
  ...session,
  calls: [...session.calls, ...calls],
})

const elsewhere = (
  session: PlannedSession,
  connection: PlannedSession['connection'],
  ...calls: PlannedCall[]
): PlannedSession => ({ ...session, connection, calls })

/**
 * The first start's traffic. Some calls are refused, as in life: an agent tries what it was never given. The vendor's
 * last session comes last, takes everything, and stays open.
 */
export function firstDay(seed = 20_261_122): PlannedSession[] {
  const random = seededRandom(seed)
  const times = (count: number, who: Machine) => Array.from({ length: count }, () => routine(who, random))
  const support = routine('support-reply-agent', random)
  const etl = routine('etl-nightly', random)
  const release = routine('release-pipeline', random)
  const ordinary = [
    ...times(4, VENDOR_AGENT),
    ...times(3, 'bi-export'),
    also(routine('bi-export', random), call('update_customer', { id: customer(random), status: 'churned' })),
    ...times(4, 'zendesk-sync'),
    ...times(4, 'support-reply-agent'),
    also(support, call('list_notes', { customerId: customer(random) })),
    also(routine('support-reply-agent', random), call('update_customer', { id: customer(random), status: 'churned' })),
    elsewhere(support, 'crm', call('get_customer', { id: 'C-10042' }), call('delete_customer', { id: 'C-10042' })),
    ...times(3, 'release-pipeline'),
    elsewhere(release, 'crm', call('export_customers', { limit: 10 })),
    ...times(4, 'etl-nightly'),
    also(routine('etl-nightly', random), call('export_customers', { limit: 5_000 })),
    elsewhere(
      etl,
      'everything',
      call('get-sum', { a: 20, b: 22 }),
      call('get-structured-content', { location: 'Chicago' }),
    ),
  ]
  const last: PlannedSession = {
    ...routine(VENDOR_AGENT, random),
    calls: [call('search_customers', { query: 'Harbor', limit: 20 }), call('export_customers', { limit: 5_000 })],
    staysOpen: true,
  }
  return [...random.shuffled(ordinary), last]
}

/** One small session of anybody but the vendor, whose next call is for the person at the keyboard to make. */
export function trickle(random: SeededRandom): PlannedSession {
  const session = routine(random.pick(MACHINES.filter((who) => who !== VENDOR_AGENT)), random)
  return { ...session, calls: session.calls.slice(0, random.integer(1, 3)) }
}
