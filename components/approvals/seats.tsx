import { Check } from 'lucide-react'
import { initials } from '@/components/ui/avatar'
import type { SeatView } from './approval-view'

/** How many names fit before a number says it better. */
const SHOWN = 6

/** A quorum as seats: who has approved, and how many are still to be taken by whom. */
export function Seats({ seat }: { seat: SeatView }) {
  const taken = seat.taken.slice(0, seat.quorum)
  const open = Math.max(0, seat.quorum - taken.length)
  const names = taken.map(({ name, you }) => (you ? 'you' : name)).join(', ')
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <span aria-hidden className="inline-flex shrink-0 items-center gap-1">
        {taken.slice(0, SHOWN).map(({ name }) => (
          <span
            key={name}
            className="relative grid size-[22px] place-items-center rounded-full border border-ok bg-ok-soft font-semibold text-[12px] text-ok leading-none tracking-[-0.03em]"
          >
            {initials(name)}
            <Check
              className="absolute -right-1 -bottom-1 size-2.5 rounded-full bg-ok p-px text-surface"
              strokeWidth={4}
            />
          </span>
        ))}
        {Array.from({ length: Math.min(open, SHOWN) }, (_, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: empty seats are all alike
            key={index}
            className="grid size-[22px] place-items-center rounded-full border border-line-control border-dashed text-[12px] text-ink-3 leading-none"
          >
            ?
          </span>
        ))}
      </span>
      <span className="min-w-0 truncate text-ink-3 text-sm">
        {taken.length} of {seat.quorum} from {seat.openTo}
        {names && <span className="sr-only">, approved by {names}</span>}
      </span>
    </span>
  )
}
