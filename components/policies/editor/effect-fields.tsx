'use client'

import { useId } from 'react'
import { MaskTypeChoice } from '@/components/policies/mask-type-choice'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { TokenInput } from '@/components/ui/token-input'
import type { ApproverSet, MaskDirection } from '@/lib/domain'
import { DurationInput } from './duration-input'
import type { PartProps } from './editor-parts'
import type { RuleInventory } from './inventory'

/** What the rule does, beyond whether it does it. */
export function EffectFields(props: PartProps & { inventory: RuleInventory }) {
  switch (props.draft.effect) {
    case 'block':
      return <BlockFields {...props} />
    case 'approve':
      return <ApproveFields {...props} />
    case 'mask':
      return <MaskFields {...props} />
  }
}

function BlockFields({ draft, change, problemOf }: PartProps) {
  return (
    <Field
      label="What the caller is told"
      optional
      error={problemOf('message')}
      hint="One sentence; an agent reads it, so say what to do instead."
    >
      <Input
        maxLength={300}
        placeholder="Refunds over 1,000 go through the finance desk."
        value={draft.message}
        onChange={(event) => change({ message: event.target.value })}
      />
    </Field>
  )
}

interface ApproversProps {
  set: ApproverSet
  onSetChange: (set: ApproverSet) => void
  inventory: RuleInventory
  /** `approvers` or `escalation`. */
  path: string
  problemOf: PartProps['problemOf']
}

function Approvers({ set, onSetChange, inventory, path, problemOf }: ApproversProps) {
  const whole = problemOf(path)
  const people = problemOf(`${path}.people`)
  const groups = problemOf(`${path}.groups`)
  return (
    <>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="People" error={people}>
          <TokenInput
            placeholder="nobody by name"
            value={set.people}
            onValueChange={(names) => onSetChange({ ...set, people: names })}
            suggestions={inventory.people}
          />
        </Field>
        <Field label="Groups" error={groups}>
          <TokenInput
            placeholder="no group"
            value={set.groups}
            onValueChange={(names) => onSetChange({ ...set, groups: names })}
            suggestions={inventory.groups}
          />
        </Field>
      </div>
      <Checkbox
        label="The owner of the connection"
        checked={set.connectionOwner}
        onCheckedChange={(on) => onSetChange({ ...set, connectionOwner: on === true })}
      />
      {whole && !people && !groups && (
        <p role="alert" className="text-no text-xs">
          {whole}
        </p>
      )}
    </>
  )
}

function ApproveFields({ draft, change, problemOf, inventory }: PartProps & { inventory: RuleInventory }) {
  const { escalation } = draft
  return (
    <div className="flex flex-col gap-4">
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1.5 font-medium text-ink text-sm">Who approves</legend>
        <Approvers
          set={draft.approvers}
          onSetChange={(approvers) => change({ approvers })}
          inventory={inventory}
          path="approvers"
          problemOf={problemOf}
        />
      </fieldset>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="How many of them" error={problemOf('quorum')} hint="Different people; one denial is enough.">
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            max={20}
            value={draft.quorum || ''}
            onChange={(event) => change({ quorum: Math.trunc(Number(event.target.value)) })}
          />
        </Field>
        <Field label="Expires after" error={problemOf('expiresAfterSeconds')} hint="Then the call is refused.">
          <DurationInput
            unitLabel="Unit of the expiry"
            seconds={draft.expiresAfterSeconds}
            onSecondsChange={(expiresAfterSeconds) => change({ expiresAfterSeconds })}
          />
        </Field>
      </div>
      <Switch
        label="Escalate when nobody decides"
        checked={escalation !== null}
        onCheckedChange={(on) =>
          change({
            escalation: on
              ? {
                  people: [],
                  groups: [],
                  connectionOwner: !draft.approvers.connectionOwner,
                  afterSeconds: Math.max(60, Math.floor(draft.expiresAfterSeconds / 120) * 60),
                }
              : null,
          })
        }
      />
      {escalation && (
        <div className="flex flex-col gap-3 border-l-2 pl-3">
          <Field
            label="After"
            error={problemOf('escalation.afterSeconds')}
            hint="These may approve as well from then on."
          >
            <DurationInput
              unitLabel="Unit of the escalation"
              seconds={escalation.afterSeconds}
              onSecondsChange={(afterSeconds) => change({ escalation: { ...escalation, afterSeconds } })}
            />
          </Field>
          <Approvers
            set={escalation}
            onSetChange={(set) => change({ escalation: { ...escalation, ...set } })}
            inventory={inventory}
            path="escalation"
            problemOf={problemOf}
          />
        </div>
      )}
      <Checkbox
        label="Approvers have to give a reason"
        checked={draft.reasonRequired}
        onCheckedChange={(on) => change({ reasonRequired: on === true })}
      />
      <Checkbox
        label="They may let the session repeat the tool for some minutes"
        description="A standing approval: of this tool, in this session, whatever the arguments."
        checked={draft.standing}
        onCheckedChange={(on) => change({ standing: on === true })}
      />
    </div>
  )
}

const DIRECTIONS: { value: MaskDirection; label: string; description: string }[] = [
  { value: 'client', label: 'What clients get', description: 'Answers, progress and logs on their way down' },
  { value: 'both', label: 'Both ways', description: 'Also arguments on their way to the server' },
]

function MaskFields({ draft, change, problemOf }: PartProps) {
  const typesLabel = useId()
  return (
    <div className="flex flex-col gap-4">
      <fieldset aria-labelledby={typesLabel}>
        <p id={typesLabel} className="mb-2 font-medium text-ink text-sm">
          What is masked
        </p>
        <MaskTypeChoice narrow chosen={draft.types} onChange={(types) => change({ types })} />
        {problemOf('types') && (
          <p role="alert" className="mt-1.5 text-no text-xs">
            {problemOf('types')}
          </p>
        )}
      </fieldset>
      <Field
        label="Fields"
        optional
        error={problemOf('fields')}
        hint="Paths such as $..salary, or names. What stands there is masked, whatever it is."
      >
        <TokenInput
          mono
          placeholder="none"
          value={draft.fields}
          onValueChange={(fields) => change({ fields })}
          suggestions={[]}
        />
      </Field>
      <Field label="In" error={problemOf('direction')}>
        <Select options={DIRECTIONS} value={draft.direction} onValueChange={(direction) => change({ direction })} />
      </Field>
    </div>
  )
}
