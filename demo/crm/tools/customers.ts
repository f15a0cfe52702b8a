import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { CrmRecords } from '@/demo/crm/records'
import { answer, DESTROYS, READS, refuse, WRITES } from './answers'

const Segment = z.enum(['enterprise', 'mid-market', 'small business'])
const Status = z.enum(['active', 'trial', 'churned'])
const CustomerId = z.string().describe('For example C-10001')

const summary = {
  id: z.string(),
  company: z.string(),
  contact: z.string(),
  email: z.string(),
  segment: Segment,
  status: Status,
}

const customer = {
  ...summary,
  phone: z.string(),
  region: z.string(),
  city: z.string(),
  annualValue: z.number(),
  ssn: z.string().nullable(),
  cardNumber: z.string().nullable(),
  since: z.string(),
}

const EXPORT_LIMIT = 5_000

function registerReads(server: McpServer, crm: CrmRecords): void {
  server.registerTool(
    'search_customers',
    {
      title: 'Search customers',
      description: 'Finds customers by company, contact or e-mail address.',
      inputSchema: { query: z.string().min(1), limit: z.number().int().min(1).max(100).default(20) },
      outputSchema: { customers: z.array(z.object(summary)), count: z.number() },
      annotations: READS,
    },
    async ({ query, limit }) => {
      const customers = await crm.searchCustomers(query, limit)
      return answer({ customers, count: customers.length })
    },
  )
  server.registerTool(
    'get_customer',
    {
      title: 'Get a customer',
      description: 'Everything on file about one customer.',
      inputSchema: { id: CustomerId },
      outputSchema: customer,
      annotations: READS,
    },
    async ({ id }) => {
      const found = await crm.getCustomer(id)
      return found ? answer({ ...found }) : refuse(`There is no customer ${id}.`)
    },
  )
  server.registerTool(
    'export_customers',
    {
      title: 'Export customers',
      description: `Full records of up to ${EXPORT_LIMIT} customers, with contact and payment details.`,
      inputSchema: { segment: Segment.optional(), limit: z.number().int().min(1).max(EXPORT_LIMIT).default(100) },
      outputSchema: { customers: z.array(z.object(customer)), count: z.number() },
      annotations: READS,
    },
    async ({ segment, limit }) => {
      const customers = await crm.exportCustomers(segment, limit)
      return answer({ customers, count: customers.length })
    },
  )
  server.registerTool(
    'crm_stats',
    {
      title: 'CRM figures',
      description: 'How many customers there are and what they are worth a year.',
      outputSchema: {
        customers: z.number(),
        active: z.number(),
        annualValue: z.number(),
        openInvoices: z.number(),
        bySegment: z.array(z.object({ segment: z.string(), customers: z.number(), annualValue: z.number() })),
      },
      annotations: READS,
    },
    async () => answer({ ...(await crm.stats()) }),
  )
}

function registerChanges(server: McpServer, crm: CrmRecords): void {
  server.registerTool(
    'update_customer',
    {
      title: 'Update a customer',
      description: 'Changes the fields that are given and leaves the others.',
      inputSchema: {
        id: CustomerId,
        contact: z.string().min(1).optional(),
        email: z.string().min(3).optional(),
        phone: z.string().min(3).optional(),
        segment: Segment.optional(),
        status: Status.optional(),
      },
      outputSchema: customer,
      annotations: { ...WRITES, idempotentHint: true },
    },
    async ({ id, ...changes }) => {
      const changed = await crm.updateCustomer(id, changes)
      return changed ? answer({ ...changed }) : refuse(`There is no customer ${id}.`)
    },
  )
  server.registerTool(
    'delete_customer',
    {
      title: 'Delete a customer',
      description: 'Removes a customer with all orders, invoices and notes. Cannot be undone.',
      inputSchema: { id: CustomerId },
      outputSchema: { deleted: z.string() },
      annotations: DESTROYS,
    },
    async ({ id }) => {
      const gone = await crm.deleteCustomer(id)
      return gone ? answer({ deleted: gone.id }) : refuse(`There is no customer ${id}.`)
    },
  )
}

export function registerCustomerTools(server: McpServer, crm: CrmRecords): void {
  registerReads(server, crm)
  registerChanges(server, crm)
}
