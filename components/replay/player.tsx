'use client'

import { Eye, Radio } from 'lucide-react'
import Link from 'next/link'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatNumber } from '@/components/format'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Sheet } from '@/components/ui/sheet'
import { ChainBadge } from './chain-badge'
import { Controls } from './controls'
import { EndSession } from './end-session'
import { groupByExchange } from './exchanges'
import { FindBar } from './find-bar'
import { Inspector } from './inspector'
import {
  type ChainVerdict,
  type GrantNames,
  offsetOf,
  type RecordingPage,
  type ReplayMessage,
  type ReplaySession,
} from './recording'
import { ReplayHeader } from './replay-header'
import { Scrubber } from './scrubber'
import { layTimeline } from './timeline'
import { Transcript } from './transcript'
import { useAddress } from './use-address'
import { useCalm } from './use-calm'
import { useFind } from './use-find'
import { useMessageBody } from './use-message-body'
import { usePlayback } from './use-playback'
import { usePlayerKeys } from './use-player-keys'
import { useRecording } from './use-recording'
import { useWide } from './use-wide'

export interface PlayerProps {
  session: ReplaySession
  first: RecordingPage
  grants: GrantNames
  verdict: Promise<ChainVerdict | null>
  /** From `?at=`, in milliseconds. */
  atMs: number | null
  /** Absent for whoever may not. */
  endSession?: Action<{ sessionId: string }>
}

/** A session as a recording to walk through. */
export function Player({ session, first, grants, verdict, atMs, endSession }: PlayerProps) {
  const { messages, complete, live, failed } = useRecording(session.id, first)
  const [following, setFollowing] = useState(session.live && atMs === null)
  const [skipIdle, setSkipIdle] = useState(true)
  const [inspecting, setInspecting] = useState(false)
  const [text, setText] = useState('')
  const findField = useRef<HTMLInputElement>(null)
  const wide = useWide()

  const startMicros = messages[0]?.atMicros ?? 0
  const offsets = useMemo(() => messages.map((message) => offsetOf(message, startMicros)), [messages, startMicros])
  const ids = useMemo(() => messages.map((message) => message.id), [messages])
  const timeline = useMemo(() => layTimeline(offsets, skipIdle), [offsets, skipIdle])
  const groups = useMemo(() => groupByExchange(messages), [messages])
  const playback = usePlayback({
    ids,
    offsets,
    timeline,
    startMs: atMs,
    follow: following && live,
    onLeave: () => setFollowing(false),
  })
  const { index, ms } = playback
  const shownIndex = useCalm(index, playback.playing)
  const message = messages[index]
  const body = useMessageBody(session.id, message?.id)

  const find = useFind(session.id, text)
  const found = useMemo(() => {
    const positions = new Map(ids.map((id, position) => [id, position]))
    return find.ids.flatMap((id) => positions.get(id) ?? []).sort((a, b) => a - b)
  }, [find.ids, ids])
  const foundSet = useMemo(() => new Set(found), [found])

  const choose = (at: number) => {
    playback.choose(at)
    setInspecting(true)
  }
  const latest = useRef(choose)
  useEffect(() => {
    latest.current = choose
  })
  // Stable, so that the cards do not render again with every frame of playback.
  const chooseCard = useCallback((at: number) => latest.current(at), [])

  const totals = useMemo(() => (complete ? totalsOf(messages) : session), [complete, messages, session])
  const chain = useVerdict(verdict)
  const broken = useMemo(() => new Map((chain?.breaks ?? []).map((each) => [each.messageId, each.text])), [chain])
  usePlayerKeys({ playback, messages, groups, focusFind: () => findField.current?.focus() })
  useAddress(ms, playback.playing, following)

  if (message === undefined) {
    return (
      <EmptyState title="Nothing is recorded in this session yet">
        {live ? 'Messages appear here as they pass.' : 'It ended before anything passed.'}
      </EmptyState>
    )
  }
  const exchange = groups.exchanges[groups.exchangeOf[index]!]!
  const other = exchange.messages.find(
    (each) =>
      each !== index &&
      (message.kind === 'response' ? messages[each]!.kind === 'request' : messages[each]!.kind === 'response'),
  )
  const inspector = (
    <Inspector
      sessionId={session.id}
      message={message}
      counterpart={other === undefined ? null : { message: messages[other]!, choose: () => playback.choose(other) }}
      startMicros={startMicros}
      body={body}
      grants={grants}
    />
  )
  const jumpTo = (id: string) => {
    const at = ids.indexOf(id)
    if (at >= 0) choose(at)
  }
  return (
    <>
      <ReplayHeader
        session={session}
        live={live}
        ms={ms}
        durationMs={timeline.durationMs}
        totals={totals}
        count={messages.length}
        badge={<ChainBadge count={messages.length} verdict={chain} onBroken={jumpTo} />}
        endButton={
          live &&
          endSession && (
            <EndSession
              sessionId={session.id}
              identity={session.identity.name}
              connection={session.connection.name}
              endSession={endSession}
            />
          )
        }
      />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <div className="flex shrink-0 flex-wrap items-center justify-between gap-2 border-b px-4 py-1.5 md:px-6">
            <FindBar
              ref={findField}
              text={text}
              onText={setText}
              found={found}
              searched={find.searched}
              failed={find.failed}
              index={index}
              onChoose={playback.choose}
            />
            <p aria-live="polite" className="ml-auto text-ink-3 text-xs empty:hidden">
              {failed
                ? 'The server did not answer; trying again'
                : !complete && `Loading, ${formatNumber(messages.length)} messages so far`}
            </p>
            <Link
              href={`/audit?session=${encodeURIComponent(session.id)}&action=session.opened`}
              prefetch={false}
              className="inline-flex items-center gap-1.5 rounded-sm text-ink-3 text-xs hover:text-ink"
              title="Whoever opens a recording is seen opening it"
            >
              <Eye aria-hidden className="size-3.5" />
              Your opening of this recording is in the audit log
            </Link>
            {live && !following && (
              <Button size="sm" icon={<Radio aria-hidden />} onClick={() => setFollowing(true)}>
                Follow live
              </Button>
            )}
          </div>
          <Transcript
            messages={messages}
            groups={groups}
            startMicros={startMicros}
            grants={grants}
            index={shownIndex}
            found={foundSet}
            broken={broken}
            onChoose={chooseCard}
          />
        </div>
        {wide ? (
          <aside
            aria-label="Message"
            className="w-96 shrink-0 overflow-y-auto border-l px-5 py-4 max-lg:hidden xl:w-104"
          >
            {inspector}
          </aside>
        ) : (
          <Sheet title="Message" open={inspecting} onOpenChange={setInspecting}>
            {inspector}
          </Sheet>
        )}
      </div>
      <Controls
        playing={playback.playing}
        onPlay={playback.play}
        onStep={(by) => playback.choose(index + by)}
        ms={ms}
        durationMs={timeline.durationMs}
        speed={playback.speed}
        onSpeed={playback.setSpeed}
        skipIdle={skipIdle}
        onSkipIdle={setSkipIdle}
        scrubber={
          <Scrubber
            messages={messages}
            startMicros={startMicros}
            timeline={timeline}
            offsets={offsets}
            ms={ms}
            onSeek={playback.seek}
          />
        }
      />
    </>
  )
}

const totalsOf = (messages: readonly ReplayMessage[]) => ({
  calls: new Set(messages.flatMap((message) => message.callId ?? [])).size,
  refused: messages.filter((message) => message.callId !== null && message.decision?.effect === 'deny').length,
})

/** What the verifier found; undefined while it walks. */
function useVerdict(verdict: Promise<ChainVerdict | null>): ChainVerdict | null | undefined {
  const [found, setFound] = useState<ChainVerdict | null>()
  useEffect(() => {
    let stale = false
    void verdict.then((each) => {
      if (!stale) setFound(each)
    })
    return () => {
      stale = true
    }
  }, [verdict])
  return found
}
