import { describe, expect, test } from 'vitest'
import { type HighlightView, highlightInWords } from './highlight-words'

const event = (over: Partial<HighlightView>): HighlightView => ({
  action: 'call.refused',
  at: '2026-11-22T10:00:00.000Z',
  actor: 'user:dana@acme.test',
  identity: { name: 'vendor-bot', displayName: 'Vendor bot' },
  connection: { slug: 'crm', name: 'Customer CRM' },
  tool: 'export_customers',
  reason: 'excluded',
  count: 1,
  values: 0,
  campaign: null,
  ...over,
})

describe('the last things that mattered', () => {
  test('a refusal says who, what and why, and leads to exactly those events', () => {
    const words = highlightInWords(event({ count: 3 }))
    expect(words.title).toBe('Vendor bot was refused 3 times')
    expect(words.sub).toBe('export_customers, Customer CRM, This access was removed in a review')
    expect(words.href).toBe('/audit?reason=excluded&identity=vendor-bot&connection=crm')
  })

  test('leads to a campaign only where the viewer may open it', () => {
    const verified = event({ action: 'remediation.verified', campaign: { name: 'Q4', href: '/campaigns/c1' } })
    expect(highlightInWords(verified).href).toBe('/campaigns/c1')
    const hidden = event({ action: 'remediation.verified', campaign: { name: 'Q4', href: null } })
    expect(highlightInWords(hidden).href).toMatch(/^\/audit\?action=remediation.verified/)
  })

  test('a reason from elsewhere is shown as it is', () => {
    expect(highlightInWords(event({ action: 'remediation.failed', reason: 'gateway-1 lets through search' })).sub).toBe(
      'Vendor bot on Customer CRM, gateway-1 lets through search',
    )
  })
})
