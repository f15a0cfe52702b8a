/** How numbers and times read on every screen. English, UTC, and the same on server and client. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Instant = Date | string | number

export const toDate = (at: Instant): Date => (at instanceof Date ? at : new Date(at))

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const two = (value: number) => String(value).padStart(2, '0')

/** `4 Dec 2026` */
export function formatDate(at: Instant): string {
  const date = toDate(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `4 Dec`, for axes and lists within one year. */
export function formatDay(at: Instant): string {
  const date = toDate(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** `Fri 4 Dec`, for deadlines. */
export function formatWeekday(at: Instant): string {
  return `${WEEKDAYS[toDate(at).getUTCDay()]} ${formatDay(at)}`
}

/** `03:12:40` */
export function formatTime(at: Instant): string {
  const date = toDate(at)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

/** `4 Dec 2026, 03:12:40 UTC` */
export function formatUtc(at: Instant): string {
  return `${formatDate(at)}, ${formatTime(at)} UTC`
}

/** `just now`, `4 min ago`, `in 3 d`; a date once it is more than 60 days away. */
export function formatRelative(at: Instant, now: Instant): string {
  const delta = toDate(at).getTime() - toDate(now).getTime()
  const distance = Math.abs(delta)
  if (distance < 45_000) return delta > 5_000 ? 'in a moment' : 'just now'
  if (distance > 60 * DAY) return formatDate(at)
  const amount =
    distance < HOUR
      ? `${Math.max(1, Math.round(distance / MINUTE))} min`
      : distance < 36 * HOUR
        ? `${Math.round(distance / HOUR)} h`
        : `${Math.round(distance / DAY)} d`
  return delta < 0 ? `${amount} ago` : `in ${amount}`
}

/** `12 days left`, `due today`, `3 days overdue`: whole UTC days between now and a deadline. */
export function formatDaysLeft(due: Instant, now: Instant): string {
  const days = Math.floor(toDate(due).getTime() / DAY) - Math.floor(toDate(now).getTime() / DAY)
  if (days === 0) return 'due today'
  return days > 0 ? `${plural(days, 'day')} left` : `${plural(-days, 'day')} overdue`
}

/** `840 ms`, `4.2 s`, `1 min 32 s`, `2 h 5 min` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 100) return `${tenths / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
}

/** `01:05.1`: a position within a recording. */
export function formatOffset(ms: number): string {
  const tenths = Math.floor(ms / 100)
  return `${two(Math.floor(tenths / 600))}:${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`
}

/** `1,284` */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US')
}

/** `8.2k`, `1.1M`; plain below a thousand. */
export function formatCompact(value: number): string {
  return Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value).replace('K', 'k')
}

/** `17%`. A share that is not nothing never reads 0%, one that is not all never reads 100%. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0%'
  if (part >= whole) return '100%'
  return `${Math.min(99, Math.max(1, Math.round((part / whole) * 100)))}%`
}

/** `118 B`, `12 KB`, `2.1 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[unit]}`
}

/** `1 call`, `3 calls`, `2 identities` (with the plural given). */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c` */
export function joinWords(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`
}
