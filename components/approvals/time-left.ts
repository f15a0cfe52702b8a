const two = (value: number) => String(value).padStart(2, '0')

/** `11:42`, `1:05:00`, `2 d 3 h`; `0:00` once it is over. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600),
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours % 24} h`
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`
  return `${minutes}:${two(seconds % 60)}`
}

/** What is left of the time that there was, 1 to 0. */
export function shareLeft(createdAt: string, expiresAt: string, now: number): number {
  const [from, to] = [new Date(createdAt).getTime(), new Date(expiresAt).getTime()]
  return to <= from ? 0 : Math.min(1, Math.max(0, (to - now) / (to - from)))
}

/** The last fifth: an approver who sees red still has time to act. */
export const isPressing = (share: number): boolean => share <= 0.2
