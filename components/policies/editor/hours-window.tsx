'use client'

import { useMemo } from 'react'
import { Combobox } from '@/components/ui/combobox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { TimeWindow } from '@/lib/domain'
import { WEEKDAYS } from '@/lib/words'
import { Chip } from './choices'
import type { PartProps } from './editor-parts'

interface HoursWindowProps extends Pick<PartProps, 'problemOf'> {
  hours: TimeWindow
  onHoursChange: (hours: TimeWindow) => void
}

export function HoursWindow({ hours, onHoursChange, problemOf }: HoursWindowProps) {
  const zones = useMemo(
    () => ['UTC', ...Intl.supportedValuesOf('timeZone')].map((value) => ({ value, label: value })),
    [],
  )
  const change = (part: Partial<TimeWindow>) => onHoursChange({ ...hours, ...part })
  return (
    <div className="flex flex-col gap-3 border-l-2 pl-3">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Days</legend>
        {WEEKDAYS.map((day) => (
          <Chip
            key={day}
            label={day}
            on={hours.days.includes(day)}
            onChange={(on) =>
              change({ days: WEEKDAYS.filter((each) => (each === day ? on : hours.days.includes(each))) })
            }
          />
        ))}
      </fieldset>
      {problemOf('hours.days') && (
        <p role="alert" className="text-no text-xs">
          {problemOf('hours.days')}
        </p>
      )}
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-[96px_96px_minmax(0,1fr)]">
        <Field label="From" error={problemOf('hours.from')}>
          <Input
            mono
            placeholder="08:00"
            value={hours.from}
            onChange={(event) => change({ from: event.target.value })}
          />
        </Field>
        <Field label="To" error={problemOf('hours.to')}>
          <Input mono placeholder="18:00" value={hours.to} onChange={(event) => change({ to: event.target.value })} />
        </Field>
        <Field label="Time zone" error={problemOf('hours.timeZone')} className="col-span-2 sm:col-span-1">
          <Combobox
            options={zones}
            value={hours.timeZone}
            onValueChange={(zone) => zone && change({ timeZone: zone })}
          />
        </Field>
      </div>
    </div>
  )
}
