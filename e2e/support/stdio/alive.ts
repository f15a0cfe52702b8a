import { readFileSync } from 'node:fs'

/** Whether a process runs. One that has ended and waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    // Of a zombie nothing is left but its number.
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`).length > 0
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
