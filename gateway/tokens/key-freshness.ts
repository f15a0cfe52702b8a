/** When an issuer's keys were had, by a monotonic clock in milliseconds. */
export interface KeyTimes {
  fetchedAt: number | null
  attemptedAt: number | null
}

export interface KeyLimits {
  /** So old they are fetched again, beside the calls. */
  refreshMs: number
  /** So old they verify nothing any more: a key may have been withdrawn that nobody here has heard of. */
  staleMs: number
  /** Between two attempts, whoever asks and for whatever. */
  retryMs: number
}

/** Not to be set: without it, whoever sends names of keys makes a gateway call somebody else's server. */
const RETRY_MS = 30_000

export function keyLimits({
  refreshSeconds,
  staleSeconds,
}: {
  refreshSeconds: number
  staleSeconds: number
}): KeyLimits {
  return { refreshMs: Math.max(refreshSeconds * 1000, RETRY_MS), staleMs: staleSeconds * 1000, retryMs: RETRY_MS }
}

export const areUsable = ({ fetchedAt }: KeyTimes, now: number, { staleMs }: KeyLimits): boolean =>
  fetchedAt !== null && now - fetchedAt < staleMs

export const mayFetch = ({ attemptedAt }: KeyTimes, now: number, { retryMs }: KeyLimits): boolean =>
  attemptedAt === null || now - attemptedAt >= retryMs

/** Whether it is time to ask without anybody waiting: they are old, or the last attempt failed. */
export function areDue(times: KeyTimes, now: number, limits: KeyLimits): boolean {
  const { fetchedAt, attemptedAt } = times
  if (!mayFetch(times, now, limits)) return false
  const lastFailed = fetchedAt === null || (attemptedAt !== null && attemptedAt > fetchedAt)
  return lastFailed || now - fetchedAt >= limits.refreshMs
}
