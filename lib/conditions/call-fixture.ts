import type { ConditionFacts } from './facts'

/** A call as tests ask about it: an agent of the support team refunds something in the CRM on a Monday morning. */
export const call = (args: unknown = {}): ConditionFacts => ({
  identity: { name: 'support-bot', kind: 'agent', owner: 'dana@acme.test', groups: ['support'] },
  connection: { slug: 'crm', name: 'CRM', risk: 'high' },
  tool: { name: 'refund', kind: 'tool', risk: 'write', title: null },
  args,
  session: { id: null, client: 'desktop' },
  now: new Date('2026-01-05T10:00:00Z'),
})
