import type { NextRequest } from 'next/server'
import { z } from 'zod'
import { answerRecording } from '@/app/(app)/sessions/[id]/answer'
import { readHeld, toReplayMessage } from '@/app/(app)/sessions/[id]/replay-message'
import type { RecordingPage } from '@/components/replay/recording'
import { db } from '@/lib/db'
import { InvalidInput } from '@/lib/errors'
import { type Place, sessionOutline } from '@/lib/sessions/replay-store'

const After = z.tuple([z.number().int().safe(), z.string().max(200), z.number().int().nonnegative()])

/** The messages after a place, `?after=[micros, writer, seq]`, in order. */
export function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  return answerRecording(params, async (actor, session): Promise<RecordingPage> => {
    const after = readPlace(request.nextUrl.searchParams.get('after'))
    const [{ messages, more }, held] = await Promise.all([
      sessionOutline(db(), actor, session.id, { after }),
      readHeld(actor, session),
    ])
    return { messages: messages.map((message) => toReplayMessage(message, held)), more, live: session.live }
  })
}

function readPlace(text: string | null): Place | undefined {
  if (text === null) return undefined
  try {
    const [micros, writer, seq] = After.parse(JSON.parse(text))
    return { micros, writer, seq }
  } catch {
    throw new InvalidInput('This place is not one of a recording. Open the session again.')
  }
}
