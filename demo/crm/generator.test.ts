import { describe, expect, it } from 'vitest'
import { generateCrm } from './generator'
import { TEST_CARDS } from './words'

const data = generateCrm()

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(number: string): boolean {
  const digits = [...number.replaceAll(' ', '')].reverse().map(Number)
  const sum = digits.reduce((total, digit, index) => {
    const weighed = index % 2 === 0 ? digit : digit * 2
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}

describe('the CRM’s synthetic customers', () => {
  it('are the same at every start, and others under another seed', () => {
    expect(generateCrm()).toEqual(data)
    expect(generateCrm(10, 1).customers).not.toEqual(generateCrm(10, 2).customers)
  })

  it('are 5,000, each under an id of its own, with orders, invoices and notes that belong to them', () => {
    const ids = new Set(data.customers.map(({ id }) => id))
    expect(ids.size).toBe(5_000)
    const orders = new Set(data.orders.map(({ id }) => id))
    expect(orders.size).toBe(data.orders.length)
    expect(data.orders.length).toBeGreaterThan(10_000)
    expect(data.orders.every(({ customerId }) => ids.has(customerId))).toBe(true)
    expect(data.notes.every(({ customerId }) => ids.has(customerId))).toBe(true)
    expect(data.invoices.every(({ orderId }) => orders.has(orderId))).toBe(true)
  })

  it('have no address that could reach anybody', () => {
    const text = JSON.stringify(data)
    const domains = new Set([...text.matchAll(/@([a-z0-9.-]+)/g)].map(([, domain]) => domain!.replace(/\.$/, '')))
    const reserved = [...domains].filter((domain) => domain.endsWith('.example') || domain.endsWith('.test'))
    expect(reserved.length).toBeGreaterThan(1_000)
    expect(reserved).toHaveLength(domains.size)
  })

  it('have only numbers that are set aside for fiction', () => {
    expect(data.customers.every(({ phone }) => /^\([2-9]\d\d\) 555-01\d\d$/.test(phone))).toBe(true)
    const numbers = data.customers.flatMap(({ ssn }) => ssn ?? [])
    expect(numbers.length).toBeGreaterThan(300)
    expect(numbers.every((number) => /^8[5-9]\d-(?!00)\d\d-(?!0000)\d{4}$/.test(number))).toBe(true)
  })

  it('pay with published test cards that pass the check digit', () => {
    const cards = new Set(data.customers.flatMap(({ cardNumber }) => cardNumber ?? []))
    expect([...cards].sort()).toEqual([...TEST_CARDS].sort())
    expect([...cards].filter((card) => !passesLuhn(card))).toEqual([])
  })

  it('show every kind of value that is masked within the first three, which is what a short export returns', () => {
    const first = data.customers.slice(0, 3)
    expect(first.some(({ ssn }) => ssn)).toBe(true)
    expect(first.some(({ cardNumber }) => cardNumber)).toBe(true)
  })

  it('include the company the tour searches for', () => {
    expect(data.customers.filter(({ company }) => company.startsWith('Harbor ')).length).toBeGreaterThan(10)
  })
})
