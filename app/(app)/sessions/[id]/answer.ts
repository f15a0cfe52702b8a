import { currentActor } from '@/lib/auth'
import { DomainError } from '@/lib/errors'
import type { SessionView } from '@/lib/sessions/store'
import { openForReading } from './opening'

type Reader = NonNullable<Awaited<ReturnType<typeof currentActor>>>

/** Answers a part of a recording as JSON to somebody who may see it; it was then opened, on record. */
export async function answerRecording(
  params: Promise<{ id: string }>,
  read: (actor: Reader, session: SessionView) => Promise<unknown>,
): Promise<Response> {
  const actor = await currentActor()
  if (actor === null) return problem(401, 'Sign in again.')
  try {
    const session = await openForReading(actor, (await params).id)
    return Response.json(await read(actor, session), { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof DomainError) return problem(error.status, error.message)
    throw error
  }
}

const problem = (status: number, message: string) =>
  Response.json({ message }, { status, headers: { 'cache-control': 'no-store' } })
