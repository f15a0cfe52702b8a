import { currentActor } from '@/lib/auth'
import { inboxStreams } from './inbox-streams'

/** Held calls as they come and go: what this person may see, read anew for each change. */
export async function GET(request: Request) {
  const actor = await currentActor()
  if (actor === null) return Response.json({ message: 'Sign in again.' }, { status: 401 })
  const stream = inboxStreams().start(actor, request.signal)
  if (stream === null) {
    return Response.json(
      { message: 'Too many open pages follow held calls already.' },
      { status: 503, headers: { 'retry-after': '10' } },
    )
  }
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // `no-transform`: compressed, events would wait until a block is full.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
