import type { PolicyWriter } from './policy'

/** Asks until it is so. Fails with what it last saw. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isSo: (seen: T) => boolean,
  limitMs = 8_000,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(seen)} after ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Until every live gateway has applied the last change. */
export async function policyApplied(policy: PolicyWriter): Promise<void> {
  const behind = `SELECT "name" FROM "LiveGateway" WHERE "appliedVersion" < (SELECT "version" FROM "PolicyVersion")`
  await eventually(
    () => policy.rows(behind),
    (rows) => rows.length === 0,
  )
}
