const FIRST_MS = 500
const LONGEST_MS = 30_000

/** A child that ran this long was well: its next death counts as the first. */
export const HEALTHY_AFTER_MS = 60_000

/** How long to wait before the next start after so many deaths in a row. */
export function backOffMs(deaths: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, deaths - 1), LONGEST_MS)
}
