import { describe, expect, it } from 'vitest'
import type { CommandContext } from '@/cli/command'
import { collect, limitOption, sinceOption } from './since'

const now = new Date('2026-11-22T12:00:00Z')
const given = (value: string | undefined, said: string[] = []) =>
  ({ now, option: () => value, warn: (text: string) => void said.push(text) }) as unknown as CommandContext

describe('--since', () => {
  it.each([
    ['24h', '2026-11-21T12:00:00.000Z'],
    ['7d', '2026-11-15T12:00:00.000Z'],
    ['30m', '2026-11-22T11:30:00.000Z'],
    ['2026-10-31', '2026-10-31T00:00:00.000Z'],
    ['2026-10-31T08:00:00Z', '2026-10-31T08:00:00.000Z'],
  ])('%s looks back to %s', (text, expected) => {
    expect(sinceOption(given(text))?.toISOString()).toBe(expected)
  })

  it.each(['yesterday', '5', '7w', '2026-13-40'])('is a usage error as %s', (text) => {
    expect(() => sinceOption(given(text))).toThrow(/--since takes/)
  })
})

describe('--limit', () => {
  it('is a whole number in bounds', () => {
    expect(limitOption(given(undefined), 100)).toBe(100)
    expect(limitOption(given('7'), 100)).toBe(7)
    for (const wrong of ['0', '-1', '1.5', 'all', '100001'])
      expect(() => limitOption(given(wrong), 1)).toThrow(/--limit/)
  })

  it('is filled page by page, and what is left out is said', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => index)
    const page = async (cursor: string | undefined, size: number) => {
      const from = Number(cursor ?? 0)
      return { rows: rows.slice(from, from + size), nextCursor: from + size < rows.length ? String(from + size) : null }
    }
    const said: string[] = []
    expect(await collect(given(undefined, said), 1_000, page)).toEqual(rows)
    expect(said).toEqual([])
    expect(await collect(given(undefined, said), 300, page)).toHaveLength(300)
    expect(said).toEqual([expect.stringContaining('more than these 300')])
  })
})
