const POLL_MS = 1_000

/**
 * Runs `work` and then `stopAll`, once: on Ctrl-C, SIGTERM, SIGHUP, when the npm that started us is gone (kill -9 of
 * it reaches nobody else), or when `work` fails, whose error is thrown on.
 */
export async function untilToldToStop(work: () => Promise<void>, stopAll: () => Promise<void>): Promise<void> {
  let parentWatch: NodeJS.Timeout | undefined
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    const parent = process.ppid
    if (process.env.npm_lifecycle_event) {
      parentWatch = setInterval(() => process.ppid !== parent && resolve(), POLL_MS)
    }
  })
  try {
    await Promise.race([told, work().then(() => told)])
  } finally {
    clearInterval(parentWatch)
    await stopAll()
  }
}
