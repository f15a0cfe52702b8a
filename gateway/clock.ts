/** Microseconds since the epoch by the system clock, never twice the same and never going back within one process. */
let last = 0

export function nowMicros(): number {
  const now = Math.floor((performance.timeOrigin + performance.now() + drift()) * 1000)
  last = now > last ? now : last + 1
  return last
}

/** The monotonic clock starts from the system clock's time at boot; whatever that is corrected by later is added here. */
let correctionMs = 0
function drift(): number {
  const off = Date.now() - (performance.timeOrigin + performance.now() + correctionMs)
  if (Math.abs(off) > 50) correctionMs += off
  return correctionMs
}
