'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { SubjectFields, TokenFields, TrustFields } from './issuer-fields'
import { type IssuerForm, type IssuerValues, settingsOf } from './issuer-values'

interface EditIssuerFormProps {
  issuerId: string
  saved: IssuerForm
  update: Action<IssuerValues & { issuerId: string }, unknown>
}

export function EditIssuerForm({ issuerId, saved, update }: EditIssuerFormProps) {
  const [form, setForm] = useState(saved)
  const set = (change: Partial<IssuerForm>) => setForm((before) => ({ ...before, ...change }))
  const { run, pending, failure, problemOf } = useAction(update, { success: 'Saved' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ ...settingsOf(form), issuerId })
  }
  const fields = { form, set, problemOf }
  const rebinds =
    (form.identityClaim === 'email' ? 'sub' : form.identityClaim) !==
    (saved.identityClaim === 'email' ? 'sub' : saved.identityClaim)
  return (
    <Card title="Settings">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <SubjectFields {...fields} />
        {rebinds && (
          <Callout tone="cut">
            Another claim makes strangers of everybody whom its tokens stand for now, except of those who sign in to the
            web app through it.
          </Callout>
        )}
        <TrustFields {...fields} />
        <TokenFields {...fields} />
        {failure && failure.problems.length === 0 && (
          <>
            <Callout tone="no" live>
              {failure.message}
            </Callout>
            {form.jwksUri !== saved.jwksUri && (
              <Checkbox
                label="Save it all the same"
                description="For keys that only the gateways reach."
                checked={form.evenIfUnreachable}
                onCheckedChange={(checked) => set({ evenIfUnreachable: checked === true })}
              />
            )}
          </>
        )}
        <div className="flex gap-2 border-t pt-4">
          <Button
            type="submit"
            variant="primary"
            disabled={JSON.stringify(form) === JSON.stringify(saved)}
            pending={pending}
          >
            Save
          </Button>
        </div>
      </form>
    </Card>
  )
}
