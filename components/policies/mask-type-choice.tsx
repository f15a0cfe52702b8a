'use client'

import { Checkbox } from '@/components/ui/checkbox'
import type { MaskType } from '@/lib/domain'
import { MASK_TYPES } from '@/lib/words'
import { TYPE_WORDS } from './rule-sentence'

/** As a person looks for them. Every type is in one. */
const GROUPS: { title: string; types: readonly MaskType[] }[] = [
  { title: 'People', types: ['PERSON_NAME', 'EMAIL', 'PHONE', 'ADDRESS', 'DATE_OF_BIRTH'] },
  { title: 'Their numbers', types: ['SSN', 'TAX_ID', 'PASSPORT', 'CREDIT_CARD', 'IBAN'] },
  { title: 'Secrets', types: ['API_KEY', 'JWT', 'PRIVATE_KEY', 'CONNECTION_STRING', 'SECRET'] },
  { title: 'Machines', types: ['IP_ADDRESS', 'MAC_ADDRESS'] },
]

interface MaskTypeChoiceProps {
  chosen: readonly MaskType[]
  onChange: (types: MaskType[]) => void
  /** In half a page: two groups a row at most. */
  narrow?: boolean
}

/** All the types there are, in groups that can be chosen at once. */
export function MaskTypeChoice({ chosen, onChange, narrow }: MaskTypeChoiceProps) {
  const choose = (types: readonly MaskType[], isChosen: boolean) =>
    onChange(MASK_TYPES.filter((type) => (types.includes(type) ? isChosen : chosen.includes(type))))
  return (
    <div className={`grid grid-cols-1 gap-x-6 gap-y-4 sm:grid-cols-2 ${narrow ? '' : 'xl:grid-cols-4'}`}>
      {GROUPS.map(({ title, types }) => {
        const count = types.filter((type) => chosen.includes(type)).length
        return (
          <fieldset key={title} className="flex min-w-0 flex-col gap-1.5">
            <legend className="sr-only">{title}</legend>
            <Checkbox
              label={<span className="font-semibold">{title}</span>}
              checked={count === types.length ? true : count === 0 ? false : 'indeterminate'}
              onCheckedChange={(checked) => choose(types, checked === true)}
            />
            <div className="flex flex-col gap-1.5 pl-6">
              {types.map((type) => (
                <Checkbox
                  key={type}
                  label={TYPE_WORDS[type]}
                  checked={chosen.includes(type)}
                  onCheckedChange={(checked) => choose([type], checked === true)}
                />
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
