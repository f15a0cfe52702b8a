import { z } from 'zod'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/
const SPAN = /^(\d{1,4})(m|h|d)$/
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * `2026-12-31` is the last millisecond of that day in UTC: access "until the 31st" includes the 31st, wherever the
 * reader sits. An instant needs its zone. Null when it is no date, or not one of the calendar.
 */
export function parseDeadline(text: string): Date | null {
  if (!DAY.test(text)) return INSTANT.test(text) ? validDate(new Date(text)) : null
  const end = validDate(new Date(`${text}T23:59:59.999Z`))
  // The engine may read 2026-02-31 as the third of March.
  return end?.toISOString().startsWith(text) ? end : null
}

/** Also a span from now: `30d`, `12h`, `15m`. */
export function parseExpiry(text: string, now: Date): Date | null {
  const span = SPAN.exec(text)
  if (span === null) return parseDeadline(text)
  const milliseconds = Number(span[1]) * UNIT_MS[span[2] as keyof typeof UNIT_MS]
  return milliseconds === 0 ? null : new Date(now.getTime() + milliseconds)
}

const validDate = (date: Date): Date | null => (Number.isNaN(date.getTime()) ? null : date)

export const DEADLINE_FORMAT = 'a day such as 2026-12-31 (its end, UTC) or an instant such as 2026-12-31T18:00:00Z'

export const DeadlineText = z.string().transform((text, context) => {
  const date = parseDeadline(text)
  if (date !== null) return date
  context.issues.push({ code: 'custom', message: DEADLINE_FORMAT, input: text })
  return z.NEVER
})

/** For commands: a Date from code, or the text a form holds. */
export const Deadline = z.union([z.date(), DeadlineText])
