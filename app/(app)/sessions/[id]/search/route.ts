import type { NextRequest } from 'next/server'
import { answerRecording } from '@/app/(app)/sessions/[id]/answer'
import { db } from '@/lib/db'
import { searchRecording } from '@/lib/sessions/replay-store'

/** Ids of the messages that say `?q=`. */
export function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  return answerRecording(params, async (actor, session): Promise<string[]> => {
    const text = (request.nextUrl.searchParams.get('q') ?? '').trim().slice(0, 200)
    return text.length < 2 ? [] : searchRecording(db(), actor, session.id, text)
  })
}
