import { type SeededRandom, seededRandom } from '@/demo/random'
import * as words from './words'

/** Synthetic customers: nobody here exists. Domains end in .example, numbers are 555, cards are the networks' test cards. */
export interface Customer {
  id: string
  company: string
  contact: string
  email: string
  phone: string
  segment: 'enterprise' | 'mid-market' | 'small business'
  region: string
  city: string
  status: 'active' | 'trial' | 'churned'
  annualValue: number
  /** Sole traders gave theirs in place of a company number. */
  ssn: string | null
  cardNumber: string | null
  since: string
}

export interface Order {
  id: string
  customerId: string
  item: string
  total: number
  currency: string
  status: 'placed' | 'shipped' | 'delivered' | 'refunded'
  placedOn: string
}

export interface Invoice {
  id: string
  customerId: string
  orderId: string
  amount: number
  currency: string
  status: 'open' | 'paid' | 'overdue'
  issuedOn: string
  billTo: string
}

export interface Note {
  id: number
  customerId: string
  author: string
  text: string
  writtenOn: string
}

export interface CrmData {
  customers: Customer[]
  orders: Order[]
  invoices: Invoice[]
  notes: Note[]
}

const CUSTOMERS = 5_000
const SEED = 20_261_162
const LAST_DAY = Date.UTC(2026, 10, 20)
const DAY_MS = 86_400_000

const day = (random: SeededRandom, daysBack: number): string =>
  new Date(LAST_DAY - random.integer(0, daysBack) * DAY_MS).toISOString().slice(0, 10)

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')

const padded = (value: number, width: number): string => String(value).padStart(width, '0')

/** The area codes are real, the exchange 555-01xx is set aside for fiction. */
const phone = (random: SeededRandom): string =>
  `(${random.pick(words.AREA_CODES)}) 555-01${padded(random.integer(0, 99), 2)}`

/** The areas from 850 on were not given out in the decades when numbers had an area. */
const ssn = (random: SeededRandom): string =>
  `${random.integer(850, 899)}-${padded(random.integer(1, 99), 2)}-${padded(random.integer(1, 9_999), 4)}`

function makeCustomer(random: SeededRandom, index: number): Customer {
  const first = random.pick(words.FIRST_NAMES)
  const last = random.pick(words.LAST_NAMES)
  const company = `${random.pick(words.COMPANY_FIRST)} ${random.pick(words.COMPANY_SECOND)}`
  const segment = random.pick(['enterprise', 'mid-market', 'mid-market', 'small business', 'small business'] as const)
  const place = random.pick(words.CITIES)
  return {
    id: `C-${padded(10_001 + index, 5)}`,
    company,
    contact: `${first} ${last}`,
    email: `${slug(first)}.${slug(last)}@${slug(company)}.example`,
    phone: phone(random),
    segment,
    region: place.region,
    city: place.city,
    status: random.pick(['active', 'active', 'active', 'active', 'trial', 'churned'] as const),
    annualValue: random.integer(4, segment === 'enterprise' ? 900 : 90) * 500,
    ssn: segment === 'small business' && random.chance(0.3) ? ssn(random) : null,
    cardNumber: random.chance(0.2) ? random.pick(words.TEST_CARDS) : null,
    since: day(random, 2_500),
  }
}

function makeOrders(random: SeededRandom, customer: Customer, from: number): Order[] {
  const currency = customer.region === 'Europe' ? 'EUR' : 'USD'
  return Array.from({ length: random.integer(0, 5) }, (_, index) => ({
    id: `A-${from + index}`,
    customerId: customer.id,
    item: random.pick(words.ITEMS),
    total: random.integer(2_000, 500_000) / 100,
    currency,
    status: random.pick(['placed', 'shipped', 'delivered', 'delivered', 'delivered', 'refunded'] as const),
    placedOn: day(random, 400),
  }))
}

const makeInvoice = (random: SeededRandom, customer: Customer, order: Order, number: number): Invoice => ({
  id: `INV-${number}`,
  customerId: customer.id,
  orderId: order.id,
  amount: order.total,
  currency: order.currency,
  status: random.pick(['paid', 'paid', 'paid', 'open', 'overdue'] as const),
  issuedOn: order.placedOn,
  billTo: customer.email,
})

function makeNote(random: SeededRandom, customer: Customer, id: number): Note {
  const text = random
    .pick(words.NOTES)
    .replace('{contact}', customer.contact)
    .replace('{email}', customer.email)
    .replace('{phone}', customer.phone)
  return { id, customerId: customer.id, author: random.pick(words.NOTE_AUTHORS), text, writtenOn: day(random, 200) }
}

/** The same rows on every machine and at every start. */
export function generateCrm(count = CUSTOMERS, seed = SEED): CrmData {
  const random = seededRandom(seed)
  const data: CrmData = { customers: [], orders: [], invoices: [], notes: [] }
  for (let index = 0; index < count; index++) {
    const customer = makeCustomer(random, index)
    data.customers.push(customer)
    for (const order of makeOrders(random, customer, 20_001 + data.orders.length)) {
      data.orders.push(order)
      if (random.chance(0.7)) data.invoices.push(makeInvoice(random, customer, order, 70_001 + data.invoices.length))
    }
    if (random.chance(0.5)) data.notes.push(makeNote(random, customer, 8_001 + data.notes.length))
  }
  return data
}
