import { type CommandContext, UsageError } from '@/cli/command'

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `--since 24h` looks back; a day or an instant is taken as it is. */
export function sinceOption(context: CommandContext): Date | undefined {
  const text = context.option('since')
  if (text === undefined) return undefined
  const span = /^(\d{1,6})([mhd])$/.exec(text)
  if (span) return new Date(context.now.getTime() - Number(span[1]) * UNITS_MS[span[2] as keyof typeof UNITS_MS])
  const date = new Date(text)
  if (!/^\d{4}-/.test(text) || Number.isNaN(date.getTime()))
    throw new UsageError('--since takes a span such as 24h or 7d, a day such as 2026-12-31 or an instant')
  return date
}

/** `--limit 500`; the same bound everywhere, so that a script gets a whole answer or knows that it did not. */
export function limitOption(context: CommandContext, fallback: number): number {
  const text = context.option('limit')
  if (text === undefined) return fallback
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new UsageError('--limit takes a number from 1 to 100000')
  return limit
}

/** Pages until there are enough; says so when there would be more. */
export async function collect<Row>(
  context: CommandContext,
  limit: number,
  page: (cursor: string | undefined, size: number) => Promise<{ rows: Row[]; nextCursor: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const next = await page(cursor, Math.min(limit - rows.length, 200))
    rows.push(...next.rows)
    cursor = next.nextCursor ?? undefined
  } while (cursor !== undefined && rows.length < limit)
  if (cursor !== undefined) context.warn(`there is more than these ${rows.length}; raise --limit`)
  return rows
}
