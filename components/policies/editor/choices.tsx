'use client'

import { classNames } from '@/components/ui/class-names'

interface ChipProps {
  label: string
  on: boolean
  onChange: (on: boolean) => void
}

/** One of a few words that can each be on. */
export function Chip({ label, on, onChange }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={classNames(
        'h-7 rounded-md border px-2.5 text-xs transition-colors duration-120',
        on ? 'border-accent bg-accent-soft font-medium text-ink' : 'border-line-strong text-ink-2 hover:bg-hover',
      )}
    >
      {label}
    </button>
  )
}

interface WordChoicesProps<Word extends string> {
  legend: string
  words: readonly Word[]
  value: readonly Word[]
  onValueChange: (value: Word[]) => void
}

/** Any of a few words; none is all of them. */
export function WordChoices<Word extends string>({ legend, words, value, onValueChange }: WordChoicesProps<Word>) {
  return (
    <fieldset>
      <legend className="mb-1.5 flex items-baseline gap-2 font-medium text-ink text-sm">
        {legend}
        {value.length === 0 && <span className="font-normal text-ink-3 text-xs">any</span>}
      </legend>
      <div className="flex flex-wrap gap-1.5">
        {words.map((word) => (
          <Chip
            key={word}
            label={word}
            on={value.includes(word)}
            onChange={(on) => onValueChange(words.filter((each) => (each === word ? on : value.includes(each))))}
          />
        ))}
      </div>
    </fieldset>
  )
}
