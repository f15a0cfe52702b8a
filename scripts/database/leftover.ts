import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const POLL_MS = 50

function commandLine(pid: number): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    if (fs.existsSync('/proc/self')) return undefined
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout || undefined
  }
}

/**
 * Ends the server that an instance killed with kill -9 may have left on this cluster, and clears a pid file that now
 * names some other program, which PostgreSQL itself would take for a running server.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  if (!fs.existsSync(pidFile)) return
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0])
  const isOurs = () => commandLine(pid)?.includes(cluster) ?? false
  if (!isOurs()) {
    fs.rmSync(pidFile, { force: true })
    return
  }
  // Fast shutdown, then immediate; both leave the data consistent.
  for (const [signal, waitMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    for (let waited = 0; waited < waitMs; waited += POLL_MS) {
      if (!isOurs()) return
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}
