import { describe, expect, it } from 'vitest'
import { readTraceparent, writeTraceparent } from './trace-context'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('a traceparent', () => {
  it.each([
    [`00-${ID}-${SPAN}-01`, 1],
    [`00-${ID}-${SPAN}-00`, 0],
    [`00-${ID}-${SPAN}-ff`, 1],
    [`42-${ID}-${SPAN}-01-what-is-to-come`, 1],
  ])('%s is one', (value, traceFlags) => {
    expect(readTraceparent(value)).toEqual({ traceId: ID, spanId: SPAN, traceFlags })
  })

  it.each([
    undefined,
    '',
    ['00'],
    `ff-${ID}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
    `00-${ID.toUpperCase()}-${SPAN}-01`,
    `00-${ID}-${SPAN}-01-more`,
    `00-${ID}-${SPAN}`,
    `00-${ID}-${SPAN}-01\r\nX: y`,
    ` 00-${ID}-${SPAN}-01`,
    `42-${ID}-${SPAN}-01-${'x'.repeat(1_000)}`,
  ])('%j is none', (value) => {
    expect(readTraceparent(value)).toBeNull()
  })

  it('is written as it is read', () => {
    for (const traceFlags of [0, 1]) {
      const context = { traceId: ID, spanId: SPAN, traceFlags }
      expect(readTraceparent(writeTraceparent(context))).toEqual(context)
    }
  })
})
