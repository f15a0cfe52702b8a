'use client'

import { useMemo } from 'react'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import type { Exchange } from './exchanges'
import { markOf } from './marks'
import type { ReplayMessage } from './recording'
import { SPEEDS, type usePlayback } from './use-playback'

interface PlayerKeysOptions {
  playback: ReturnType<typeof usePlayback>
  messages: readonly ReplayMessage[]
  groups: { exchanges: readonly Exchange[]; exchangeOf: readonly number[] }
  focusFind: () => void
}

export function usePlayerKeys({ playback, messages, groups, focusFind }: PlayerKeysOptions): void {
  const { index } = playback
  const marked = useMemo(() => messages.flatMap((message, at) => (markOf(message) === null ? [] : [at])), [messages])
  const exchange = groups.exchangeOf[index] ?? 0
  const choose = (at: number | undefined) => {
    if (at !== undefined) playback.choose(at)
  }
  const changeSpeed = (by: number) => {
    const next = SPEEDS[SPEEDS.indexOf(playback.speed) + by]
    if (next !== undefined) playback.setSpeed(next)
  }
  useHotkeys(
    'Replay',
    [
      { keys: ' ', label: 'Play or pause', run: () => playback.play(!playback.playing) },
      { keys: 'ArrowLeft', label: 'Previous message', run: () => choose(index - 1) },
      { keys: 'ArrowRight', label: 'Next message', run: () => choose(index + 1) },
      { keys: ',', label: 'Previous call', run: () => choose(groups.exchanges[exchange - 1]?.messages[0]) },
      { keys: '.', label: 'Next call', run: () => choose(groups.exchanges[exchange + 1]?.messages[0]) },
      {
        keys: '[',
        label: 'Previous refused, masked or failed',
        run: () => choose(marked.findLast((at) => at < index)),
      },
      { keys: ']', label: 'Next refused, masked or failed', run: () => choose(marked.find((at) => at > index)) },
      { keys: '<', label: 'Slower', run: () => changeSpeed(-1) },
      { keys: '>', label: 'Faster', run: () => changeSpeed(1) },
      { keys: '/', label: 'Find in this session', run: focusFind },
    ],
    { first: true },
  )
}
