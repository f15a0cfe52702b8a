'use client'

import { readStored, writeStored } from '@/components/ui/preferences'
import type { InboxView, WaitingCall } from './approval-view'
import { newsOf, wants } from './news'
import { formatTimeLeft } from './time-left'

export const NOTICE_KEY = 'approvals.notice'
export const SOUND_KEY = 'approvals.sound'

const shown = new Map<string, Notification>()

/** `on` only after the browser has agreed. @returns whether it has */
export async function turnNoticesOn(): Promise<boolean> {
  if (!('Notification' in window)) return false
  const answer = Notification.permission === 'granted' ? 'granted' : await Notification.requestPermission()
  writeStored(NOTICE_KEY, answer === 'granted' ? 'on' : 'off')
  return answer === 'granted'
}

export const turnNoticesOff = (): void => writeStored(NOTICE_KEY, 'off')
export const setSound = (on: boolean): void => {
  writeStored(SOUND_KEY, on ? 'on' : 'off')
  if (on) chime()
}

/** Tells of calls that began to wait for this person. It names who wants what, and decides nothing. */
export function tellOfNews(before: InboxView | null, after: InboxView): void {
  if (before === null) return
  const { arrived, gone } = newsOf(before, after)
  for (const { call } of gone) {
    shown.get(call.id)?.close()
    shown.delete(call.id)
  }
  const mine = arrived.filter(({ yours }) => yours)
  if (mine.length === 0) return
  if (readStored(SOUND_KEY) === 'on') chime()
  if (readStored(NOTICE_KEY) !== 'on' || !('Notification' in window) || Notification.permission !== 'granted') return
  // Whoever looks at the page sees it there.
  if (document.visibilityState === 'visible' && document.hasFocus()) return
  for (const call of mine) notify(call, after.now)
}

function notify(call: WaitingCall, now: string): void {
  const left = new Date(call.expiresAt).getTime() - new Date(now).getTime()
  try {
    const notice = new Notification('A call waits for your approval', {
      body: `${wants(call)}. Expires in ${formatTimeLeft(left)}.`,
      tag: call.id,
      silent: true,
    })
    notice.onclick = () => {
      window.focus()
      window.location.assign(`/approvals/${call.id}`)
    }
    shown.set(call.id, notice)
  } catch {
    // Phones have the interface and refuse to construct it.
  }
}

/** Two soft notes. A browser that has not been touched yet stays silent. */
function chime(): void {
  try {
    const audio = new AudioContext()
    const gain = audio.createGain()
    gain.connect(audio.destination)
    gain.gain.setValueAtTime(0.06, audio.currentTime)
    gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.5)
    for (const [index, hertz] of [660, 880].entries()) {
      const tone = audio.createOscillator()
      tone.frequency.value = hertz
      tone.connect(gain)
      tone.start(audio.currentTime + index * 0.14)
      tone.stop(audio.currentTime + index * 0.14 + 0.2)
    }
    setTimeout(() => void audio.close(), 900)
  } catch {
    // No sound here.
  }
}
