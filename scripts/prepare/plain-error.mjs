/** Something the person who started us can put right: its message is shown as one line, without a stack. */
export class PlainError extends Error {
  name = 'PlainError'
}

/** Ends the process as the contract asks: one clear line for what a person can fix, a stack for what only we can. */
export function exitWith(error) {
  const text = error instanceof PlainError ? error.message : (error?.stack ?? String(error))
  process.stderr.write(`countersign: ${text}\n`)
  process.exit(1)
}
