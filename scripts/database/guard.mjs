import { spawn } from 'node:child_process'

/**
 * Runs PostgreSQL and shuts it down properly when told to, or when the supervisor is gone (parent-watch sends SIGTERM).
 * Usage: guard.mjs UID GID PROGRAM ARGS…   (UID and GID are -1 when we are not root)
 */
const [uid, gid, program, ...args] = process.argv.slice(2)
const account = Number(uid) >= 0 ? { uid: Number(uid), gid: Number(gid) } : {}
const server = spawn(program, args, { ...account, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'] })

const FAST_SHUTDOWN_MS = 15_000

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    server.kill('SIGINT')
    setTimeout(() => server.kill('SIGQUIT'), FAST_SHUTDOWN_MS).unref()
  })
}
server.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
server.once('exit', (code) => process.exit(code ?? 1))
