import { describe, expect, it } from 'vitest'
import { type MaskedValues, ruleUse } from './mask-usage'

const at = (day: number) => new Date(Date.UTC(2026, 10, day))
const entry = (slug: string, name: string, type: string, values: number, day: number): MaskedValues => ({
  slug,
  name,
  type,
  values,
  calls: 1,
  lastAt: at(day),
})

const masked = [
  entry('crm', 'get_customer', 'EMAIL', 10, 3),
  entry('crm', 'export_customers', 'EMAIL', 500, 5),
  entry('crm', 'export_customers', 'IBAN', 40, 4),
  entry('warehouse', 'query', 'EMAIL', 7, 9),
]

describe('what was masked where a rule applies', () => {
  it.each([
    ['one connection, one type', { connections: ['crm'], tools: [], types: ['EMAIL'] }, 510, 5],
    ['every connection', { connections: [], tools: [], types: ['EMAIL'] }, 517, 9],
    ['only some tools', { connections: [], tools: ['export_*'], types: ['EMAIL', 'IBAN'] }, 540, 5],
    ['globs over connections', { connections: ['ware*'], tools: [], types: ['EMAIL', 'PHONE'] }, 7, 9],
  ])('%s', (_, rule, values, day) => {
    expect(ruleUse(rule, masked)).toEqual({ values, lastAt: at(day) })
  })

  it('is nothing, and never, where nothing of its types was masked', () => {
    expect(ruleUse({ connections: [], tools: [], types: ['SSN'] }, masked)).toEqual({ values: 0, lastAt: null })
  })
})
