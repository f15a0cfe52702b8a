'use client'

import { plural } from '@/components/format'
import { Field } from '@/components/ui/field'
import { TokenInput } from '@/components/ui/token-input'
import { IDENTITY_KINDS, TOOL_RISKS } from '@/lib/words'
import { WordChoices } from './choices'
import type { PartProps } from './editor-parts'
import { HoursInput } from './hours-input'
import { countTools, type RuleInventory, suggestTools } from './inventory'

/** Which calls a rule is about: where, what, who and when. */
export function SelectorFields({ draft, change, problemOf, inventory }: PartProps & { inventory: RuleInventory }) {
  const { selected, total } = countTools(inventory, draft)
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="Connections" error={problemOf('connections')} hint="Names in the URL; * is anything.">
          <TokenInput
            mono
            placeholder="every connection"
            value={draft.connections}
            onValueChange={(connections) => change({ connections })}
            suggestions={inventory.connections}
          />
        </Field>
        <Field
          label="Tools"
          error={problemOf('tools')}
          hint={`${selected} of ${plural(total, 'tool')} today. Also prompt:NAME, resource:URI.`}
        >
          <TokenInput
            mono
            placeholder="every tool"
            value={draft.tools}
            onValueChange={(tools) => change({ tools })}
            suggestions={suggestTools(inventory, draft)}
          />
        </Field>
        <WordChoices
          legend="Tools that"
          words={TOOL_RISKS}
          value={draft.risks}
          onValueChange={(risks) => change({ risks })}
        />
        <WordChoices
          legend="Callers that are"
          words={IDENTITY_KINDS}
          value={draft.kinds}
          onValueChange={(kinds) => change({ kinds })}
        />
        <Field label="Callers" error={problemOf('identities')} hint="Names; * is anything.">
          <TokenInput
            mono
            placeholder="anybody"
            value={draft.identities}
            onValueChange={(identities) => change({ identities })}
            suggestions={inventory.identities}
          />
        </Field>
        <Field label="Callers in groups" error={problemOf('groups')} hint="Who is in one of them.">
          <TokenInput
            mono
            placeholder="any or none"
            value={draft.groups}
            onValueChange={(groups) => change({ groups })}
            suggestions={inventory.groups}
          />
        </Field>
      </div>
      <HoursInput hours={draft.hours} onHoursChange={(hours) => change({ hours })} problemOf={problemOf} />
    </div>
  )
}
