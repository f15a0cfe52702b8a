import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { CrmRecords } from '@/demo/crm/records'
import { answer, DESTROYS, READS, refuse } from './answers'

const CustomerId = z.string().describe('For example C-10001')
const OrderId = z.string().describe('For example A-20001')
const InvoiceStatus = z.enum(['open', 'paid', 'overdue'])

const order = {
  id: z.string(),
  customerId: z.string(),
  item: z.string(),
  total: z.number(),
  currency: z.string(),
  status: z.enum(['placed', 'shipped', 'delivered', 'refunded']),
  placedOn: z.string(),
}

const invoice = {
  id: z.string(),
  customerId: z.string(),
  orderId: z.string(),
  amount: z.number(),
  currency: z.string(),
  status: InvoiceStatus,
  issuedOn: z.string(),
  billTo: z.string(),
}

function registerOrderTools(server: McpServer, crm: CrmRecords): void {
  server.registerTool(
    'list_orders',
    {
      title: 'List orders',
      description: 'The orders of a customer, newest first.',
      inputSchema: { customerId: CustomerId, limit: z.number().int().min(1).max(100).default(20) },
      outputSchema: { orders: z.array(z.object(order)) },
      annotations: READS,
    },
    async ({ customerId, limit }) => answer({ orders: await crm.listOrders(customerId, limit) }),
  )
  server.registerTool(
    'get_order',
    {
      title: 'Get an order',
      description: 'One order with its total and status.',
      inputSchema: { id: OrderId },
      outputSchema: order,
      annotations: READS,
    },
    async ({ id }) => {
      const found = await crm.getOrder(id)
      return found ? answer({ ...found }) : refuse(`There is no order ${id}.`)
    },
  )
  server.registerTool(
    'issue_refund',
    {
      title: 'Issue a refund',
      description: 'Pays an order back, in full or in part. Money leaves the company.',
      inputSchema: { orderId: OrderId, amount: z.number().positive(), reason: z.string().min(1) },
      outputSchema: { orderId: z.string(), amount: z.number(), currency: z.string(), status: z.literal('refunded') },
      annotations: DESTROYS,
    },
    async ({ orderId, amount }) => {
      const refunded = await crm.refundOrder(orderId, amount)
      if (!refunded) return refuse(`Order ${orderId} is unknown, already refunded or was for less than ${amount}.`)
      return answer({ orderId, amount, currency: refunded.currency, status: refunded.status })
    },
  )
}

function registerInvoiceTools(server: McpServer, crm: CrmRecords): void {
  server.registerTool(
    'list_invoices',
    {
      title: 'List invoices',
      description: 'The invoices of a customer, newest first.',
      inputSchema: { customerId: CustomerId, status: InvoiceStatus.optional() },
      outputSchema: { invoices: z.array(z.object(invoice)) },
      annotations: READS,
    },
    async ({ customerId, status }) => answer({ invoices: await crm.listInvoices(customerId, status) }),
  )
  server.registerTool(
    'get_invoice',
    {
      title: 'Get an invoice',
      description: 'One invoice with its amount and status.',
      inputSchema: { id: z.string().describe('For example INV-70001') },
      outputSchema: invoice,
      annotations: READS,
    },
    async ({ id }) => {
      const found = await crm.getInvoice(id)
      return found ? answer({ ...found }) : refuse(`There is no invoice ${id}.`)
    },
  )
}

export function registerSalesTools(server: McpServer, crm: CrmRecords): void {
  registerOrderTools(server, crm)
  registerInvoiceTools(server, crm)
}
