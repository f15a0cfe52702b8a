import { type TimeWindow, WEEKDAYS, type Weekday } from '@/lib/domain'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether a moment lies in the window, by the clock on the wall of its zone: so it moves with daylight saving. */
export function isWithin({ days, from, to, timeZone }: TimeWindow, now: Date): boolean {
  const { day, minutes } = wallClock(now, timeZone)
  const [start, end] = [minutesOf(from), minutesOf(to)]
  if (start < end) return days.includes(day) && minutes >= start && minutes < end
  if (minutes >= start) return days.includes(day)
  return minutes < end && days.includes(dayBefore(day))
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

const dayBefore = (day: Weekday): Weekday => WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7]!

function wallClock(now: Date, timeZone: string): { day: Weekday; minutes: number } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  )
  return {
    day: parts.get('weekday')!.toLowerCase() as Weekday,
    minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

/** Making one costs a thousand times what using it does. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(timeZone, format)
  }
  return format
}
