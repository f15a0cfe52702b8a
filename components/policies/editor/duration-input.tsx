'use client'

import { useState } from 'react'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

const UNITS = [
  { value: '60', label: 'minutes' },
  { value: '3600', label: 'hours' },
  { value: '86400', label: 'days' },
] as const

type Unit = (typeof UNITS)[number]['value']

const unitOf = (seconds: number): Unit =>
  seconds >= 86_400 && seconds % 86_400 === 0 ? '86400' : seconds >= 3_600 && seconds % 3_600 === 0 ? '3600' : '60'

interface DurationInputProps {
  seconds: number
  onSecondsChange: (seconds: number) => void
  unitLabel: string
}

export function DurationInput({ seconds, onSecondsChange, unitLabel }: DurationInputProps) {
  const [unit, setUnit] = useState<Unit>(unitOf(seconds))
  const amount = seconds / Number(unit)
  return (
    <div className="flex gap-2">
      <Input
        type="number"
        inputMode="numeric"
        min={1}
        step={1}
        value={Number.isFinite(amount) && amount > 0 ? Math.round(amount * 100) / 100 : ''}
        onChange={(event) => onSecondsChange(Math.round(Number(event.target.value) * Number(unit)))}
      />
      <div className="w-28 shrink-0">
        <Select
          label={unitLabel}
          options={UNITS}
          value={unit}
          onValueChange={(next) => {
            setUnit(next)
            onSecondsChange(Math.max(1, Math.round(amount)) * Number(next))
          }}
        />
      </div>
    </div>
  )
}
