'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Combobox } from '@/components/ui/combobox'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { AccessActions, CallVerdict } from './access-actions'
import type { AccessDetailView } from './access-path'
import { MaskBadges, VerdictIcon } from './path-parts'

interface TryCallProps {
  path: AccessDetailView
  tryCall: AccessActions['tryCall']
}

/** What a call with these arguments would meet now. */
export function TryCall({ path, tryCall }: TryCallProps) {
  const [tool, setTool] = useState<string | null>(path.tools[0]?.name ?? null)
  const [args, setArgs] = useState('{}')
  const [verdict, setVerdict] = useState<{ of: string; verdict: CallVerdict } | null>(null)
  const asked = JSON.stringify([tool, args])
  const { run, pending, failure } = useAction(tryCall, { onDone: (found) => setVerdict({ of: asked, verdict: found }) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (tool) run({ identityId: path.identity.id, connectionId: path.connection.id, tool, args })
  }
  if (path.tools.length === 0) return <p className="text-ink-3">No tools of this connection are known yet.</p>
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label="Tool">
        <Combobox
          options={path.tools.map(({ name }) => ({ value: name, label: name }))}
          value={tool}
          onValueChange={setTool}
        />
      </Field>
      <Field label="Arguments" error={failure?.message ?? null} hint="A JSON object.">
        <Textarea mono rows={3} spellCheck={false} value={args} onChange={(event) => setArgs(event.target.value)} />
      </Field>
      <div aria-live="polite">
        {verdict && verdict.of === asked && failure === null && (
          <div className="flex flex-col gap-1 rounded-lg border bg-sunken px-3 py-2.5">
            <p className="flex items-start gap-1.5 text-ink">
              <VerdictIcon effect={verdict.verdict.effect} />
              {verdict.verdict.why}
            </p>
            {verdict.verdict.told && <p className="pl-5 text-ink-2">The caller is told: {verdict.verdict.told}</p>}
            {verdict.verdict.masks.length > 0 && (
              <p className="flex flex-wrap gap-1 pl-5">
                <MaskBadges types={verdict.verdict.masks} />
              </p>
            )}
          </div>
        )}
      </div>
      <Button type="submit" pending={pending} className="self-start">
        Say what would happen
      </Button>
    </form>
  )
}
