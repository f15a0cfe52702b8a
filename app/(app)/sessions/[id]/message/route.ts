import type { NextRequest } from 'next/server'
import { answerRecording } from '@/app/(app)/sessions/[id]/answer'
import type { MessageBody } from '@/components/replay/recording'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { recordedMessage } from '@/lib/sessions/replay-store'

/** One message in full, `?id=WRITER/SEQ`. */
export function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  return answerRecording(params, async (actor, session): Promise<MessageBody> => {
    const [, writer, seq] = /^(.{1,200})\/(\d{1,9})$/.exec(request.nextUrl.searchParams.get('id') ?? '') ?? []
    if (writer === undefined || seq === undefined) throw new NotFound('message')
    const message = await recordedMessage(db(), actor, session.id, { writer, seq: Number(seq) })
    const { checkpoint } = message
    return { ...message, checkpoint: checkpoint && { seq: checkpoint.seq, at: checkpoint.at.toISOString() } }
  })
}
