'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import type { ServerQuestion } from '@/lib/domain'
import { SERVER_QUESTIONS } from '@/lib/words'
import type { ConnectionUpdate } from './details-form'

const WORDS: Record<ServerQuestion, { label: string; description: string }> = {
  sampling: { label: 'Sampling', description: 'Have the client’s model write something, at the client’s cost' },
  elicitation: { label: 'Elicitation', description: 'Ask the person at the client, or send them to a URL' },
  roots: { label: 'Roots', description: 'See which folders the client works in' },
}

interface QuestionsCardProps {
  connectionId: string
  refuse: readonly ServerQuestion[]
  update: Action<ConnectionUpdate, { slug: string }>
}

/** What the server may ask of clients. A question that it may not ask is answered by the gateway. */
export function QuestionsCard({ connectionId, refuse, update }: QuestionsCardProps) {
  const [refused, setRefused] = useState(refuse)
  const { run, pending, failure } = useAction(update, { success: 'Saved' })
  const dirty = SERVER_QUESTIONS.some((question) => refused.includes(question) !== refuse.includes(question))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ connectionId, refuse: [...refused] })
  }
  const toggle = (question: ServerQuestion, isAllowed: boolean) =>
    setRefused(isAllowed ? refused.filter((other) => other !== question) : [...refused, question])
  return (
    <Card title="Questions to clients">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-3 text-ink-2 text-sm">
            What this server may ask. What it may not, the gateway answers with a refusal; the client never hears it.
          </legend>
          {SERVER_QUESTIONS.map((question) => (
            <Checkbox
              key={question}
              {...WORDS[question]}
              checked={!refused.includes(question)}
              onCheckedChange={(checked) => toggle(question, checked === true)}
            />
          ))}
        </fieldset>
        {failure && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div>
          <Button type="submit" pending={pending} disabled={!dirty}>
            Save questions
          </Button>
        </div>
      </form>
    </Card>
  )
}
