import {
  Check,
  CirclePause,
  EyeOff,
  Filter,
  Lock,
  type LucideIcon,
  Radio,
  TriangleAlert,
  Unplug,
  X,
} from 'lucide-react'
import { classNames } from '@/components/ui/class-names'
import { TONE_SOFT } from '@/components/ui/tone'
import { visibleText } from '@/components/ui/visible-text'
import type { Ribbon } from './marks'

const ICON: Record<Ribbon['icon'], LucideIcon> = {
  check: Check,
  x: X,
  lock: Lock,
  'eye-off': EyeOff,
  pause: CirclePause,
  warning: TriangleAlert,
  filter: Filter,
  running: Radio,
  unplug: Unplug,
}

/** What was decided about a message, under its card on its own side. */
export function RibbonList({ ribbons, side }: { ribbons: readonly Ribbon[]; side: 'client' | 'server' }) {
  if (ribbons.length === 0) return null
  return (
    <ul className={classNames('mt-1 flex flex-wrap gap-1', side === 'server' && 'justify-end')}>
      {ribbons.map((ribbon) => {
        const Icon = ICON[ribbon.icon]
        return (
          <li
            key={ribbon.text}
            data-tone={ribbon.tone}
            className={classNames(
              'inline-flex h-[22px] min-w-0 max-w-full items-center gap-1.5 rounded-[5px] px-2 font-medium text-xs',
              TONE_SOFT[ribbon.tone],
            )}
          >
            <Icon aria-hidden className="size-3 shrink-0" />
            <span className="truncate" title={visibleText(ribbon.text)}>
              {visibleText(ribbon.text)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
