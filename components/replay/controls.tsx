'use client'

import { Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import { formatOffset } from '@/components/format'
import { Button, IconButton } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { Menu, MenuRadio } from '@/components/ui/menu'
import { SPEEDS, type Speed } from './use-playback'

interface ControlsProps {
  playing: boolean
  onPlay: (wanted: boolean) => void
  onStep: (by: number) => void
  ms: number
  durationMs: number
  speed: Speed
  onSpeed: (speed: Speed) => void
  skipIdle: boolean
  onSkipIdle: (skip: boolean) => void
  scrubber: React.ReactNode
}

const SPEED_OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))

/** Transport, time and scrubber along the bottom. */
export function Controls(props: ControlsProps) {
  const { playing, onPlay, onStep, ms, durationMs, speed, onSpeed, skipIdle, onSkipIdle, scrubber } = props
  return (
    <section
      aria-label="Playback"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t bg-surface px-4 py-2.5 md:px-6"
    >
      <div className="flex items-center gap-1">
        <IconButton
          label="Previous message"
          kbd="←"
          icon={<SkipBack aria-hidden />}
          onClick={() => onStep(-1)}
          className="max-sm:hidden"
        />
        <IconButton
          label={playing ? 'Pause' : 'Play'}
          kbd="Space"
          variant="default"
          icon={playing ? <Pause aria-hidden /> : <Play aria-hidden />}
          onClick={() => onPlay(!playing)}
        />
        <IconButton
          label="Next message"
          kbd="→"
          icon={<SkipForward aria-hidden />}
          onClick={() => onStep(1)}
          className="max-sm:hidden"
        />
      </div>
      <p className="shrink-0 font-mono text-ink-2 text-xs">
        <span className="text-ink">{formatOffset(ms)}</span> / {formatOffset(durationMs)}
      </p>
      <div className="flex min-w-0 flex-1 max-sm:order-last max-sm:basis-full">{scrubber}</div>
      <div className="flex items-center gap-1.5 max-sm:ml-auto">
        <Menu
          side="top"
          className="min-w-28"
          trigger={
            <Button variant="ghost" aria-label={`Speed ${speed}×`} className="w-12 px-0!">
              {speed}×
            </Button>
          }
        >
          <MenuRadio
            label="Speed"
            value={String(speed)}
            options={SPEED_OPTIONS}
            onValueChange={(value) => onSpeed(Number(value) as Speed)}
          />
        </Menu>
        <Button
          aria-pressed={skipIdle}
          variant={skipIdle ? 'default' : 'ghost'}
          onClick={() => onSkipIdle(!skipIdle)}
          className={skipIdle ? 'bg-active' : ''}
        >
          Skip idle
        </Button>
        <span aria-hidden className="ml-1 flex gap-1 max-xl:hidden">
          <Kbd>Space</Kbd>
          <Kbd>←</Kbd>
          <Kbd>→</Kbd>
        </span>
      </div>
    </section>
  )
}
