import { describe, expect, it } from 'vitest'
import { StderrTail } from './stderr-tail'

const mask = (text: string) => text.replaceAll('secret', '[S]')

describe('the last lines of a process', () => {
  it('are the last ones, masked', () => {
    const tail = new StderrTail(mask)
    for (let i = 0; i < 500; i++) tail.add([`line ${i} secret`])
    expect(tail.text.split('\n')).toHaveLength(40)
    expect(tail.text.endsWith('line 499 [S]')).toBe(true)
    expect(tail.text).not.toContain('secret')
  })

  it('are masked before they are cut, so that no half of anything is left', () => {
    for (let before = 985; before < 1_010; before++) {
      const tail = new StderrTail(mask)
      tail.add([`${'x'.repeat(before)}secret`])
      expect(tail.text).not.toMatch(/se?c?r?e?t?/)
    }
  })

  it('hold nothing that a terminal would obey or a database refuse', () => {
    const tail = new StderrTail(mask)
    tail.add(['\u001b[31mred\u001b[0m \0 \u0007 \ud800 \ttab'])
    expect(tail.text).toBe('red \ufffd \ufffd \ufffd \ttab')
  })

  it('stay small under a flood, and tell when they have changed', () => {
    const tail = new StderrTail(mask)
    tail.add(Array.from({ length: 10_000 }, () => 'y'.repeat(60_000)))
    expect(tail.text.length).toBeLessThanOrEqual(8_000)
    expect(tail.takeChanged()).not.toBeNull()
    expect(tail.takeChanged()).toBeNull()
  })
})
