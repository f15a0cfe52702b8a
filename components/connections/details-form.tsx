'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { PersonField, type PersonOption } from '@/components/identities/person-field'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import type { Risk, ServerQuestion, ToolChanges } from '@/lib/domain'
import { endpointOf } from '@/lib/words'
import { RiskField, TransportField, type UrlTransport } from './connection-fields'
import { type CredentialFacts, type CredentialInput, credentialOf, draftOf, withoutSecrets } from './credential-draft'
import { CredentialFields } from './credential-fields'
import type { ProcessInput } from './process-draft'

export interface ConnectionUpdate {
  connectionId: string
  name?: string
  transport?: UrlTransport
  upstreamUrl?: string
  process?: ProcessInput
  credential?: CredentialInput | null
  assertIdentity?: { header: string; audience: string | null } | null
  ownerId?: string
  risk?: Risk
  refuse?: ServerQuestion[]
  toolChanges?: ToolChanges
}

interface DetailsFormProps {
  connection: {
    id: string
    name: string
    transport: UrlTransport
    /** Null for a process, which has a card of its own. */
    upstreamUrl: string | null
    risk: Risk
    /** Null when it has none. */
    credential: CredentialFacts | null
  }
  update: Action<ConnectionUpdate, { slug: string }>
}

/** Name, address and risk. A new address elsewhere asks for the credential again, which would otherwise go to a stranger. */
export function DetailsForm({ connection, update }: DetailsFormProps) {
  const [name, setName] = useState(connection.name)
  const [transport, setTransport] = useState(connection.transport)
  const [upstreamUrl, setUpstreamUrl] = useState(connection.upstreamUrl ?? '')
  const [risk, setRisk] = useState(connection.risk)
  const [credential, setCredential] = useState(draftOf(connection.credential))
  const { run, pending, failure, problemOf } = useAction(update, {
    success: 'Saved',
    onDone: () => setCredential(withoutSecrets),
  })
  const isProcess = connection.upstreamUrl === null
  const moved = !isProcess && upstreamUrl.trim() !== connection.upstreamUrl
  const leaves =
    connection.credential !== null && moved && originOf(upstreamUrl) !== originOf(connection.upstreamUrl ?? '')
  const respoken = transport !== connection.transport
  const dirty = name.trim() !== connection.name || moved || respoken || risk !== connection.risk
  const entered = leaves ? credentialOf(credential) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({
      connectionId: connection.id,
      name: name.trim(),
      ...(!isProcess && { transport, upstreamUrl: upstreamUrl.trim() }),
      risk,
      ...(entered !== null && { credential: entered }),
    })
  }
  return (
    <Card title="Details">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" required error={problemOf('name')}>
          <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {!isProcess && (
          <>
            <TransportField value={transport} onChange={setTransport} />
            <Field
              label="Address of the MCP server"
              required
              error={problemOf('upstreamUrl')}
              hint="A new address is asked for its tools at once."
            >
              <Input
                mono
                required
                type="url"
                value={upstreamUrl}
                onChange={(event) => setUpstreamUrl(event.target.value)}
              />
            </Field>
          </>
        )}
        {respoken && (
          <p className="text-ink-2 text-sm">
            The gateway’s own address of it then ends in{' '}
            <code className="font-mono text-ink text-xs">/{endpointOf(transport)}</code>: every client has to change it.
          </p>
        )}
        {leaves && (
          <Callout tone="cut" title="This is another server: enter the credential again">
            <div className="mt-3">
              <CredentialFields value={credential} required onChange={setCredential} problemOf={problemOf} />
            </div>
          </Callout>
        )}
        <RiskField value={risk} onChange={setRisk} />
        {failure && failure.problems.length === 0 && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div>
          <Button type="submit" variant="primary" pending={pending} disabled={!dirty}>
            Save details
          </Button>
        </div>
      </form>
    </Card>
  )
}

interface OwnerFormProps {
  connectionId: string
  ownerId: string | null
  people: readonly PersonOption[]
  update: Action<ConnectionUpdate, { slug: string }>
  /** The owner gives it away themself and loses the say over it. */
  isMine: boolean
}

export function OwnerForm({ connectionId, ownerId, people, update, isMine }: OwnerFormProps) {
  const [chosen, setChosen] = useState(ownerId)
  const { run, pending, failure, problemOf } = useAction(update, { success: 'Ownership transferred' })
  const person = people.find(({ id }) => id === chosen)
  return (
    <Card title="Owner">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen) run({ connectionId, ownerId: chosen })
        }}
      >
        <PersonField
          label="Owner"
          people={people}
          value={chosen}
          onChange={setChosen}
          error={problemOf('ownerId') ?? failure?.message}
          hint="Gives and takes access, and is asked in reviews."
        />
        <div>
          <Button type="submit" pending={pending} disabled={!chosen || chosen === ownerId}>
            {person && chosen !== ownerId
              ? `Transfer to ${person.displayName}${isMine ? ' and give up your say' : ''}`
              : 'Transfer ownership'}
          </Button>
        </div>
      </form>
    </Card>
  )
}

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null)
