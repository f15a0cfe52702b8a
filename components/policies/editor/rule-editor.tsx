'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { RuleSentence } from '@/components/policies/rule-sentence'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { EffectBadge } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { Segmented } from '@/components/ui/segmented'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import { useAction } from '@/components/use-action'
import type { RuleEffect } from '@/lib/domain'
import { ConditionEditor } from './condition-editor'
import { draftOf, isSayable, missingIn, type RuleDraft, type RuleValues, valuesOf } from './draft'
import { EffectFields } from './effect-fields'
import type { RuleInventory } from './inventory'
import { SelectorFields } from './selector-fields'
import { TrialPanel, type TryRule } from './trial-panel'
import { type CheckRule, useCheck } from './use-check'

export type SaveRule = Action<{ ruleId?: string; rule: RuleValues }, { id: string }>

interface RuleEditorProps {
  /** The rule to change; without it a new one. */
  ruleId?: string
  /** It stays so when it is saved. */
  isDisabled?: boolean
  start: Partial<RuleValues>
  inventory: RuleInventory
  check: CheckRule
  tryRule: TryRule
  /** Administrators only; others may try. */
  save: SaveRule | null
}

const EFFECTS: { value: RuleEffect; label: string }[] = [
  { value: 'block', label: 'Block' },
  { value: 'approve', label: 'Hold for approval' },
  { value: 'mask', label: 'Mask' },
]

/** One rule of any effect: form and condition side by side, checked while it is written, tried before it is in force. */
export function RuleEditor({ ruleId, isDisabled = false, start, inventory, check, tryRule, save }: RuleEditorProps) {
  const router = useRouter()
  const [draft, setDraft] = useState<RuleDraft>(() => draftOf(start))
  const [isTried, setTried] = useState(false)
  const values = valuesOf(draft)
  const checked = useCheck(check, values, ruleId)
  const saving = useAction(save ?? NOBODY_SAVES, {
    success: isDisabled ? 'Rule saved; it stays disabled' : ruleId ? 'Rule saved and in force' : 'Rule in force',
    onDone: () => router.push('/policies'),
  })
  const missing = missingIn(draft)
  const condition = checked.isCurrent ? (checked.result?.condition ?? null) : null
  // Of what was missing, an answer that typing has overtaken says nothing.
  const problems = (checked.result?.problems ?? []).filter(
    ({ path }) => checked.isCurrent || !Object.hasOwn(MISSING, path),
  )
  const problemOf = (path: string): string | null => {
    if (missing.includes(path)) return isTried ? MISSING[path]! : null
    const found = problems.find((each) => each.path === path || each.path.startsWith(`${path}.`))
    return found ? sentence(found.message) : saving.problemOf(`rule.${path}`)
  }
  const change = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }))
  const others = problems.filter(({ path }) => !missing.includes(path.split('.')[0]!))
  const obstacle =
    checked.result?.condition || others.length > 0
      ? 'There is something to put right before it can be tried.'
      : isSayable(draft)
        ? null
        : 'Say first whom it is for and what it does.'
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    setTried(true)
    if (save && missing.length === 0) saving.run({ ruleId, rule: values })
  }
  useHotkeys('Rule', [
    { keys: 'mod+Enter', label: ruleId ? 'Save the rule' : 'Put the rule in force', run: () => submit() },
  ])
  const parts = { draft, change, problemOf }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Reading draft={draft} values={values} notes={checked.result?.notes ?? []} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card>
            <div className="flex flex-col gap-4">
              <Field label="Name" required error={problemOf('name')}>
                <Input
                  maxLength={120}
                  placeholder="Large refunds need sign-off"
                  value={draft.name}
                  onChange={(event) => change({ name: event.target.value })}
                />
              </Field>
              {!ruleId && (
                <Segmented
                  label="Effect"
                  options={EFFECTS}
                  value={draft.effect}
                  onValueChange={(effect) => change({ effect })}
                />
              )}
              <EffectFields {...parts} inventory={inventory} />
            </div>
          </Card>
          <Card title="Which calls">
            <SelectorFields {...parts} inventory={inventory} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="When" aside={<span>a CEL expression over the call</span>}>
            <ConditionEditor
              value={draft.when}
              onValueChange={(when) => change({ when })}
              problem={condition}
              isChecked={checked.isCurrent}
            />
          </Card>
          <Card title="Trial" aside={<span>on recorded, masked calls</span>}>
            <TrialPanel rule={values} tryRule={tryRule} obstacle={obstacle} />
          </Card>
        </div>
      </div>
      {saving.failure && (
        <Callout tone="no" live>
          {saving.failure.message}
        </Callout>
      )}
      {checked.failure && <Callout tone="cut">{checked.failure}</Callout>}
      <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-x-4 gap-y-2 border-t bg-surface px-4 py-3 md:-mx-6 md:px-6">
        <p className="min-w-0 flex-1 basis-60 text-ink-3 text-xs">
          {!save
            ? 'You may try rules. Administrators put them in force.'
            : isDisabled
              ? 'It stays disabled, so nothing changes for any call.'
              : CONSEQUENCE[draft.effect]}
        </p>
        <ButtonLink href="/policies" variant="ghost">
          {save ? 'Cancel' : 'Back'}
        </ButtonLink>
        {save && (
          <Button
            type="submit"
            variant="primary"
            kbd="⌘↵"
            pending={saving.pending}
            disabled={checked.isCurrent && checked.result?.condition !== null}
          >
            {isDisabled ? 'Save' : ruleId ? 'Save and put in force' : 'Put in force'}
          </Button>
        )}
      </div>
    </form>
  )
}

const NOBODY_SAVES: SaveRule = async () => ({ ok: false, message: 'Only administrators save rules.', problems: [] })

const MISSING: Record<string, string> = {
  name: 'Give it a name; refusals and approvals show it.',
  approvers: 'Name a person, a group or the owner of the connection.',
  escalation: 'Name whom it is escalated to.',
  types: 'Choose at least one type, or name a field.',
}

const CONSEQUENCE: Record<RuleEffect, string> = {
  block: 'Every gateway blocks such calls from the next one on, and leaves tools that are always blocked out of lists.',
  approve: 'Every gateway holds such calls from the next one on, until somebody approves.',
  mask: 'Every gateway masks from the next message on. What is recorded is masked with every detector anyway.',
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface ReadingProps {
  draft: RuleDraft
  values: RuleValues
  notes: { rule: { id: string; name: string } | null; text: string }[]
}

/** The rule as a sentence, and what is odd about it. */
function Reading({ draft, values, notes }: ReadingProps) {
  return (
    <div className="rounded-lg border bg-sunken px-4 py-3">
      <p aria-live="polite" className="flex items-start gap-2.5 text-base leading-6">
        <span className="mt-0.5">
          <EffectBadge effect={draft.effect} />
        </span>
        {isSayable(draft) ? (
          <RuleSentence rule={values} />
        ) : (
          <span className="text-ink-3">
            {draft.effect === 'mask'
              ? 'Choose what is masked; the rule then reads here as a sentence.'
              : 'Say who approves; the rule then reads here as a sentence.'}
          </span>
        )}
      </p>
      {notes.length > 0 && (
        <ul aria-label="Notes" className="mt-2 flex flex-col gap-1 border-t pt-2 text-ink-2 text-sm">
          {notes.map(({ rule, text }) => (
            <li key={`${rule?.id} ${text}`}>
              {rule && <span className="font-medium text-ink">{rule.name}: </span>}
              {text}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
