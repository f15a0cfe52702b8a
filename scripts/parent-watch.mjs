import net from 'node:net'

/**
 * Preloaded (`node --import`) into every process the supervisor starts. The supervisor holds the other end of a pipe:
 * when it closes, the supervisor is gone, even by kill -9, and nothing may go on running without it.
 */
const fd = process.env.COUNTERSIGN_PARENT_FD
// Not for grandchildren: they do not have the pipe.
delete process.env.COUNTERSIGN_PARENT_FD

const GRACE_MS = 5_000

if (fd) {
  const parent = new net.Socket({ fd: Number(fd), readable: true, writable: false })
  parent.on('error', leave)
  parent.on('close', leave)
  parent.resume()
  parent.unref()
}

function leave() {
  // The whole group, as each child leads its own: what it forked must go too.
  setTimeout(() => {
    try {
      process.kill(-process.pid, 'SIGKILL')
    } catch {
      process.exit(1)
    }
  }, GRACE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
}
