'use client'

import dynamic from 'next/dynamic'
import { Skeleton } from '@/components/ui/skeleton'
import { Switch } from '@/components/ui/switch'
import type { TimeWindow } from '@/lib/domain'
import { WEEKDAYS } from '@/lib/words'
import type { PartProps } from './editor-parts'

interface HoursInputProps extends Pick<PartProps, 'problemOf'> {
  hours: TimeWindow | null
  onHoursChange: (hours: TimeWindow | null) => void
}

// Few rules have hours, and choosing a time zone takes a search over four hundred.
const HoursWindow = dynamic(() => import('./hours-window').then((module) => module.HoursWindow), {
  loading: () => <Skeleton className="h-28" />,
})

const WORKING_HOURS: TimeWindow = { days: WEEKDAYS.slice(0, 5), from: '08:00', to: '18:00', timeZone: 'UTC' }

export function HoursInput({ hours, onHoursChange, problemOf }: HoursInputProps) {
  return (
    <div className="flex flex-col gap-3">
      <Switch
        label="At certain hours only"
        checked={hours !== null}
        onCheckedChange={(on) => onHoursChange(on ? WORKING_HOURS : null)}
      />
      {hours && <HoursWindow hours={hours} onHoursChange={onHoursChange} problemOf={problemOf} />}
    </div>
  )
}
