'use client'

import { type FormEvent, type ReactElement, useId, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { EffectBadge } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import type { MaskDirection, MaskRule, MaskType } from '@/lib/domain'
import { EVERY_CALL } from '@/lib/policies/every-call'
import { MASK_TYPES } from '@/lib/words'
import { parseGlobs, printGlobs } from './globs'
import { RuleSentence, TYPE_WORDS } from './rule-sentence'

export type RuleValues = { ruleId?: string; rule: Omit<MaskRule, 'id'> }

export type SaveRule = Action<RuleValues, { id: string }>

interface RuleDialogProps {
  /** The rule to change; a new one without. */
  rule?: MaskRule
  save: SaveRule
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

const DIRECTIONS: { value: MaskDirection; label: string; description: string }[] = [
  { value: 'client', label: 'What clients get', description: 'Answers, progress and logs on their way down' },
  { value: 'both', label: 'Both ways', description: 'Also arguments on their way to the server' },
]

export function RuleDialog({ rule, save, trigger, open: asked, onOpenChange }: RuleDialogProps) {
  const [own, setOwn] = useState(false)
  const open = asked ?? own
  const setOpen = onOpenChange ?? setOwn
  return (
    <Dialog
      title={rule ? `Edit ${rule.name}` : 'New mask rule'}
      description="In force on every gateway as soon as it is saved. What is recorded is masked with every detector anyway."
      size="md"
      trigger={trigger}
      open={open}
      onOpenChange={setOpen}
    >
      <RuleForm rule={rule} save={save} done={() => setOpen(false)} />
    </Dialog>
  )
}

const NEW_RULE: Omit<MaskRule, 'id' | 'name'> = {
  ...EVERY_CALL,
  effect: 'mask',
  types: [],
  fields: [],
  direction: 'client',
}

function RuleForm({ rule, save, done }: Pick<RuleDialogProps, 'rule' | 'save'> & { done: () => void }) {
  const [name, setName] = useState(rule?.name ?? '')
  const [types, setTypes] = useState<MaskType[]>(MASK_TYPES.filter((type) => rule?.types.includes(type)))
  const [connections, setConnections] = useState(printGlobs(rule?.connections ?? []))
  const [tools, setTools] = useState(printGlobs(rule?.tools ?? []))
  const [direction, setDirection] = useState<MaskDirection>(rule?.direction ?? 'client')
  const typesLabel = useId()
  const { run, pending, failure, problemOf } = useAction(save, {
    success: rule ? 'Rule saved' : 'Rule in force',
    onDone: done,
  })
  const { id, ...before } = rule ?? { id: undefined, ...NEW_RULE }
  const values = { ...before, types, connections: parseGlobs(connections), tools: parseGlobs(tools), direction }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ ruleId: id, rule: { ...values, name: name.trim() } })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" required error={problemOf('rule.name')}>
        <Input
          required
          maxLength={120}
          placeholder="Customer data"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <fieldset aria-labelledby={typesLabel}>
        <p id={typesLabel} className="mb-2 font-medium text-ink text-sm">
          What is masked
        </p>
        <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {MASK_TYPES.map((type) => (
            <Checkbox
              key={type}
              label={TYPE_WORDS[type]}
              checked={types.includes(type)}
              onCheckedChange={(checked) =>
                setTypes((before) => (checked === true ? [...before, type] : before.filter((each) => each !== type)))
              }
            />
          ))}
        </div>
        {problemOf('rule.types') && (
          <p role="alert" className="mt-1.5 text-no text-xs">
            {problemOf('rule.types')}
          </p>
        )}
      </fieldset>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field
          label="On connections"
          optional
          error={problemOf('rule.connections')}
          hint="Names in the URL; * is anything. Empty: every connection."
        >
          <Input
            mono
            placeholder="crm, ware*"
            value={connections}
            onChange={(event) => setConnections(event.target.value)}
          />
        </Field>
        <Field
          label="For tools"
          optional
          error={problemOf('rule.tools')}
          hint="get_*, export_customers. Empty: every tool."
        >
          <Input mono placeholder="get_*" value={tools} onChange={(event) => setTools(event.target.value)} />
        </Field>
      </div>
      <Field label="In" error={problemOf('rule.direction')}>
        <Select options={DIRECTIONS} value={direction} onValueChange={setDirection} />
      </Field>
      <div aria-live="polite" className="rounded-lg border bg-sunken px-3.5 py-3 text-sm">
        {types.length === 0 ? (
          <span className="text-ink-3">Choose at least one type; the rule then reads here as a sentence.</span>
        ) : (
          <span className="flex items-start gap-2">
            <EffectBadge effect="mask" />
            <RuleSentence rule={values} />
          </span>
        )}
      </div>
      {failure && failure.problems.length === 0 && (
        <Callout tone="no" live>
          {failure.message}
        </Callout>
      )}
      <div className="flex justify-end gap-2">
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" pending={pending} disabled={types.length === 0}>
          {rule ? 'Save and put in force' : 'Put in force'}
        </Button>
      </div>
    </form>
  )
}
