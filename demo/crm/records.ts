import type { Pool } from 'pg'
import type { Customer, Invoice, Note, Order } from './generator'

export type CustomerSummary = Pick<Customer, 'id' | 'company' | 'contact' | 'email' | 'segment' | 'status'>
export type CustomerChanges = Partial<Pick<Customer, 'contact' | 'email' | 'phone' | 'segment' | 'status'>>

export interface Stats {
  customers: number
  active: number
  annualValue: number
  openInvoices: number
  bySegment: { segment: string; customers: number; annualValue: number }[]
}

/** What a person typed, taken literally: `%` and `_` are no wildcards. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Acme's CRM over its tables. Each function is what one tool does. */
export function crmRecords(pool: Pool) {
  const many = async <Row extends object>(sql: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>(sql, values)).rows
  const one = async <Row extends object>(sql: string, values: unknown[]): Promise<Row | undefined> =>
    (await many<Row>(sql, values))[0]

  return {
    searchCustomers: (query: string, limit: number) =>
      many<CustomerSummary>(
        `SELECT id, company, contact, email, segment, status FROM acme_crm.customers
         WHERE company ILIKE $1 OR contact ILIKE $1 OR email ILIKE $1 OR id = $3 ORDER BY id LIMIT $2`,
        [containing(query), limit, query],
      ),
    getCustomer: (id: string) => one<Customer>('SELECT * FROM acme_crm.customers WHERE id = $1', [id]),
    exportCustomers: (segment: string | undefined, limit: number) =>
      many<Customer>('SELECT * FROM acme_crm.customers WHERE $1::text IS NULL OR segment = $1 ORDER BY id LIMIT $2', [
        segment ?? null,
        limit,
      ]),
    updateCustomer: (id: string, changes: CustomerChanges) =>
      one<Customer>(
        `UPDATE acme_crm.customers SET contact = coalesce($2, contact), email = coalesce($3, email),
           phone = coalesce($4, phone), segment = coalesce($5, segment), status = coalesce($6, status)
         WHERE id = $1 RETURNING *`,
        [id, changes.contact, changes.email, changes.phone, changes.segment, changes.status],
      ),
    deleteCustomer: (id: string) =>
      one<{ id: string }>('DELETE FROM acme_crm.customers WHERE id = $1 RETURNING id', [id]),

    listOrders: (customerId: string, limit: number) =>
      many<Order>('SELECT * FROM acme_crm.orders WHERE "customerId" = $1 ORDER BY "placedOn" DESC, id LIMIT $2', [
        customerId,
        limit,
      ]),
    getOrder: (id: string) => one<Order>('SELECT * FROM acme_crm.orders WHERE id = $1', [id]),
    /** Only once, and never more than was paid. */
    refundOrder: (id: string, amount: number) =>
      one<Order>(
        `UPDATE acme_crm.orders SET status = 'refunded' WHERE id = $1 AND status <> 'refunded' AND total >= $2 RETURNING *`,
        [id, amount],
      ),
    listInvoices: (customerId: string, status: string | undefined) =>
      many<Invoice>(
        `SELECT * FROM acme_crm.invoices WHERE "customerId" = $1 AND ($2::text IS NULL OR status = $2)
         ORDER BY "issuedOn" DESC, id LIMIT 100`,
        [customerId, status ?? null],
      ),
    getInvoice: (id: string) => one<Invoice>('SELECT * FROM acme_crm.invoices WHERE id = $1', [id]),

    listNotes: (customerId: string) =>
      many<Note>('SELECT * FROM acme_crm.notes WHERE "customerId" = $1 ORDER BY id DESC LIMIT 100', [customerId]),
    addNote: (customerId: string, author: string, text: string, writtenOn: string) =>
      one<Note>(
        `INSERT INTO acme_crm.notes ("customerId", author, text, "writtenOn")
         SELECT id, $2, $3, $4 FROM acme_crm.customers WHERE id = $1 RETURNING *`,
        [customerId, author, text, writtenOn],
      ),
    deleteNote: (id: number) => one<{ id: number }>('DELETE FROM acme_crm.notes WHERE id = $1 RETURNING id', [id]),

    async stats(): Promise<Stats> {
      const bySegment = await many<Stats['bySegment'][number]>(
        `SELECT segment, count(*)::int AS customers, sum("annualValue")::int AS "annualValue"
         FROM acme_crm.customers GROUP BY segment ORDER BY segment`,
        [],
      )
      const totals = await one<Omit<Stats, 'bySegment'>>(
        `SELECT count(*)::int AS customers, (count(*) FILTER (WHERE status = 'active'))::int AS active,
           coalesce(sum("annualValue"), 0)::int AS "annualValue",
           (SELECT count(*)::int FROM acme_crm.invoices WHERE status <> 'paid') AS "openInvoices"
         FROM acme_crm.customers`,
        [],
      )
      return { ...totals!, bySegment }
    },
  }
}

export type CrmRecords = ReturnType<typeof crmRecords>
