const TICK_MS = 5_000

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** Runs `work` under a line that says what is going on and, every few seconds, that it still is. */
export async function step(label, work, write = (line) => process.stdout.write(`${line}\n`)) {
  const startedAt = Date.now()
  write(`  ${label} …`)
  const ticker = setInterval(() => write(`    still at it (${seconds(startedAt)})`), TICK_MS)
  try {
    const result = await work()
    write(`  ${label}: done (${seconds(startedAt)})`)
    return result
  } finally {
    clearInterval(ticker)
  }
}
