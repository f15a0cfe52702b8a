import { refresh } from 'next/cache'
import type { ActionResult } from '@/components/action-result'
import { DomainError, InvalidInput } from '@/lib/errors'
import type { Applied } from '@/lib/policy-version'

/** Runs one command and answers in a form's terms: a domain error is told, anything else is the error page's. */
export async function answerOf<Value>(command: () => Promise<Value>): Promise<ActionResult<Value>> {
  return answer(async () => ({ result: await command(), lagging: [] }))
}

/** The same for a command that changes what may pass; gateways that lag behind become a warning. */
export async function appliedAnswerOf<Value>(command: () => Promise<Applied<Value>>): Promise<ActionResult<Value>> {
  return answer(command)
}

/** For a question that changes nothing, and for a page that follows by itself: it is not drawn again. */
export async function readAnswerOf<Value>(read: () => Promise<Value>): Promise<ActionResult<Value>> {
  return answer(async () => ({ result: await read(), lagging: [] }), { refreshes: false })
}

async function answer<Value>(
  command: () => Promise<Applied<Value>>,
  { refreshes } = { refreshes: true },
): Promise<ActionResult<Value>> {
  try {
    const { result, lagging } = await command()
    if (refreshes) refresh()
    return { ok: true, value: result, lagging }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { ok: false, message: error.message, problems: error instanceof InvalidInput ? error.problems : [] }
  }
}
