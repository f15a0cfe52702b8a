import { describe, expect, it } from 'vitest'
import { coveredMessage, isCovered } from './coverage'

describe('an exclusion covers a grant', () => {
  it.each([
    ['everything after a revoke', ['get_customer'], [], true],
    ['a glob after a reduce, since tomorrow’s tools would match it too', ['get_*'], ['get_customer'], true],
    ['one tool too many after a reduce', ['get_customer', 'search'], ['get_customer'], true],
  ] as const)('of %s', (_case, tools, except, expected) => {
    expect(isCovered(tools, { except: [...except] })).toBe(expected)
  })

  it('not when a reduce kept every named tool', () => {
    expect(isCovered(['search', 'get_customer'], { except: ['get_customer', 'search', 'list'] })).toBe(false)
  })

  it('and the message names the review item and what was kept', () => {
    const exclusion = { id: 'exc_1', campaignItemId: 'itm_1', except: ['search'], reason: 'contract ended' }
    const text = coveredMessage('vendor-bot', 'crm', exclusion)
    expect(text).toContain('itm_1')
    expect(text).toContain('reduced to search')
    expect(text).toContain('contract ended')
  })
})
