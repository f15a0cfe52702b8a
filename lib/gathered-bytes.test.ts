import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatheredBytes } from './gathered-bytes'

describe('gathered bytes', () => {
  it('are what came in, however it was cut, and begin anew once taken', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.uint8Array({ maxLength: 6_000 }))), (bodies) => {
        const gathered = new GatheredBytes()
        for (const pieces of bodies) {
          for (const piece of pieces) gathered.add(Buffer.from(piece))
          expect(gathered.length).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0))
          expect(gathered.take().equals(Buffer.concat(pieces))).toBe(true)
        }
      }),
    )
  })

  it('leave the pieces they came in alone', () => {
    const gathered = new GatheredBytes()
    const first = Buffer.from('first')
    gathered.add(first)
    gathered.add(Buffer.from('second'))
    expect(gathered.take().toString()).toBe('firstsecond')
    expect(first.toString()).toBe('first')
  })

  it('take little more room than their length when they come byte by byte', () => {
    const gathered = new GatheredBytes()
    const before = process.memoryUsage()
    for (let i = 0; i < 2_000_000; i++) gathered.add(Buffer.from([i & 255]))
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    expect(gathered.length).toBe(2_000_000)
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(100_000_000)
  })
})
