import fs from 'node:fs'
import path from 'node:path'

/**
 * A process's start time in ticks since boot, where the system tells (Linux): process ids are used again, and in a
 * container they are nearly always the same small ones.
 */
function startTime(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19]
  } catch {
    return ''
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)[0] !== 'Z'
  } catch {
    return true
  }
}

function readHolder(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const holds = (holder) => Boolean(holder) && isAlive(holder.pid) && startTime(holder.pid) === holder.startTime

/**
 * Takes the lock, or says who has it. A lock whose holder is gone (kill -9, power cut) is healed.
 * @returns {{ release: () => void, healed: boolean } | { heldBy: number }}
 */
export function takeLock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const mine = { pid: process.pid, startTime: startTime(process.pid) }
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, JSON.stringify(mine))
  let healed = false
  try {
    for (;;) {
      try {
        // link() is the one call that both creates the file and has its content there, or fails.
        fs.linkSync(draft, file)
        return { healed, release: () => readHolder(file)?.pid === process.pid && fs.rmSync(file, { force: true }) }
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
        const holder = readHolder(file)
        if (holds(holder)) return { heldBy: holder.pid }
        fs.rmSync(file, { force: true })
        healed = true
      }
    }
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** Waits until the lock is free, calling `onWait` once with the holder's pid. */
export async function waitForLock(file, onWait) {
  for (let first = true; ; first = false) {
    const lock = takeLock(file)
    if ('release' in lock) return lock
    if (first) onWait(lock.heldBy)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
