// For a container's health check, in an image that has no curl: 0 when the URL answers 2xx in time, or, for tcp://, when
// something listens there.
import net from 'node:net'

const LIMIT_MS = 4_000
const target = new URL(process.argv[2])
const say = (isWell) => process.exit(isWell ? 0 : 1)

if (target.protocol === 'tcp:') {
  const socket = net.connect({ host: target.hostname, port: Number(target.port), timeout: LIMIT_MS })
  socket.once('connect', () => say(true))
  for (const trouble of ['error', 'timeout']) socket.once(trouble, () => say(false))
} else {
  fetch(target, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' }).then(
    (response) => say(response.ok),
    () => say(false),
  )
}
