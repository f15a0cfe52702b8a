'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import type { ConnectionUpdate } from './details-form'

interface AssertionCardProps {
  connectionId: string
  /** Null when the server is not told. */
  header: string | null
  audience: string | null
  /** The origin of the server: whom a token is for unless told. */
  origin: string
  keysUrl: string
  issuer: string
  update: Action<ConnectionUpdate, { slug: string }>
}

/** Whether the server is told who calls. Without it all calls look like the gateway's own. */
export function AssertionCard(props: AssertionCardProps) {
  const { connectionId, origin, keysUrl, issuer, update } = props
  const [asserts, setAsserts] = useState(props.header !== null)
  const [header, setHeader] = useState(props.header ?? 'X-Countersign-Identity')
  const [audience, setAudience] = useState(props.audience ?? '')
  const { run, pending, failure, problemOf } = useAction(update, {
    success: asserts ? 'It is told who calls' : 'Saved',
  })
  const wanted = asserts ? { header: header.trim(), audience: audience.trim() || null } : null
  const dirty = (wanted?.header ?? null) !== props.header || (wanted?.audience ?? null) !== props.audience
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ connectionId, assertIdentity: wanted })
  }
  return (
    <Card title="Who calls">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Checkbox
          label="Tell the server who calls"
          description="As a signed token (JWT, ES256) of one minute in a header that no client can send: the identity’s name, kind, groups and session."
          checked={asserts}
          onCheckedChange={(checked) => setAsserts(checked === true)}
        />
        {asserts && (
          <>
            <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
              <Field label="Header" required error={problemOf('assertIdentity.header')}>
                <Input mono required value={header} onChange={(event) => setHeader(event.target.value)} />
              </Field>
              <Field
                label="Audience"
                optional
                error={problemOf('assertIdentity.audience')}
                hint={`${origin} unless told.`}
              >
                <Input mono value={audience} onChange={(event) => setAudience(event.target.value)} />
              </Field>
            </div>
            <p className="text-ink-3 text-xs">
              The server checks issuer <Code>{issuer}</Code>, its audience, and the signature with the keys at{' '}
              <Code>{keysUrl}</Code>.
            </p>
          </>
        )}
        {failure && failure.problems.length === 0 && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div>
          <Button type="submit" pending={pending} disabled={!dirty}>
            {asserts || props.header === null ? 'Save' : 'Stop telling it'}
          </Button>
        </div>
      </form>
    </Card>
  )
}

const Code = ({ children }: { children: string }) => (
  <code className="break-all font-mono text-ink text-xs">{children}</code>
)
