'use client'

import { PlugZap } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { PersonField, type PersonOption } from '@/components/identities/person-field'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { SkeletonText } from '@/components/ui/skeleton'
import { useAction } from '@/components/use-action'
import { isSecretName } from '@/lib/connections/secret-names'
import type { Risk } from '@/lib/domain'
import { endpointOf } from '@/lib/words'
import { RiskField, TransportField, type UrlTransport } from './connection-fields'
import { type CredentialInput, credentialOf, draftOf } from './credential-draft'
import { CredentialFields } from './credential-fields'
import { EMPTY_PROCESS, type ProcessInput, processOf } from './process-draft'
import { ProcessFields } from './process-fields'
import { slugFrom } from './slug'
import { type UpstreamAnswer, UpstreamReport } from './upstream-report'

type Upstream =
  | { transport: UrlTransport; upstreamUrl: string; credential: CredentialInput | null }
  | { process: Required<ProcessInput> }

type NewConnection = Upstream & {
  slug: string
  name: string
  ownerId: string | null
  risk: Risk
}

interface NewConnectionFormProps {
  gatewayUrl: string
  /** Whom an administrator may name; an engineer registers what they own themself. */
  people: readonly PersonOption[] | null
  me: string
  /** Only an administrator may say what is run. */
  mayRun: boolean
  test: Action<Upstream, UpstreamAnswer>
  register: Action<NewConnection, { slug: string }>
}

/** The server is asked before anything is saved: a wrong address or an open door shows while it is easy to mend. */
export function NewConnectionForm({ gatewayUrl, people, me, mayRun, test, register }: NewConnectionFormProps) {
  const router = useRouter()
  const [name, setName] = useState('')
  const [ownSlug, setOwnSlug] = useState<string | null>(null)
  const [transport, setTransport] = useState<UrlTransport | 'stdio'>('http')
  const [upstreamUrl, setUpstreamUrl] = useState('')
  const [credential, setCredential] = useState(draftOf(null))
  const [process, setProcess] = useState(EMPTY_PROCESS)
  const [ownerId, setOwnerId] = useState<string | null>(me)
  const [risk, setRisk] = useState<Risk>('medium')
  const [tested, setTested] = useState<{ of: string; answer: UpstreamAnswer } | null>(null)

  const slug = ownSlug ?? slugFrom(name)
  const upstream: Upstream =
    transport === 'stdio'
      ? { process: processOf(process, isSecretName) }
      : { transport, upstreamUrl: upstreamUrl.trim(), credential: credentialOf(credential) }
  const target = JSON.stringify(upstream)
  const answer = tested?.of === target ? tested.answer : null

  const testing = useAction(test, { onDone: (value) => setTested({ of: target, answer: value }) })
  const registering = useAction(register, {
    success: `${name || slug} is registered`,
    onDone: (registered) => router.push(`/connections/${registered.slug}/connect`),
  })
  const problemOf = (path: string) => registering.problemOf(path) ?? testing.problemOf(path)
  const failure = registering.failure ?? testing.failure

  const submit = (event: FormEvent) => {
    event.preventDefault()
    registering.reset()
    if (answer === null) testing.run(upstream)
    else registering.run({ ...upstream, slug, name: name.trim() || slug, ownerId, risk })
  }

  return (
    <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="Name" required error={problemOf('name')}>
          <Input
            required
            maxLength={200}
            placeholder="Customer CRM"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label="Name in the URL"
          required
          error={problemOf('slug')}
          hint={<span className="break-all font-mono">{`${gatewayUrl}/${slug || '…'}/${endpointOf(transport)}`}</span>}
        >
          <Input mono required maxLength={63} value={slug} onChange={(event) => setOwnSlug(event.target.value)} />
        </Field>
        <TransportField value={transport} onChange={setTransport} mayRun={mayRun} />
        {transport === 'stdio' ? (
          <ProcessFields value={process} onChange={setProcess} problemOf={problemOf} />
        ) : (
          <>
            <Field
              label="Address of the MCP server"
              required
              error={problemOf('upstreamUrl')}
              hint="Private and loopback addresses are fine."
            >
              <Input
                mono
                required
                type="url"
                placeholder={`https://crm.internal/${endpointOf(transport)}`}
                value={upstreamUrl}
                onChange={(event) => setUpstreamUrl(event.target.value)}
              />
            </Field>
            <CredentialFields value={credential} onChange={setCredential} problemOf={problemOf} />
          </>
        )}
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          {people && (
            <PersonField
              label="Owner"
              people={people}
              value={ownerId}
              onChange={setOwnerId}
              hint="Gives access, reviews it."
              error={problemOf('ownerId')}
            />
          )}
          <RiskField value={risk} onChange={setRisk} />
        </div>
        {failure && failure.problems.length === 0 && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div className="flex flex-wrap items-center gap-2 border-t pt-4">
          <Button
            type="submit"
            variant="primary"
            pending={testing.pending || registering.pending}
            icon={answer === null ? <PlugZap aria-hidden /> : undefined}
          >
            {answer === null ? 'Test the connection' : answer.reachable ? 'Register it' : 'Register it all the same'}
          </Button>
          {answer !== null && (
            <Button pending={testing.pending} onClick={() => testing.run(upstream)}>
              Test again
            </Button>
          )}
          <ButtonLink variant="ghost" href="/connections">
            Cancel
          </ButtonLink>
        </div>
      </form>
      <section aria-label="What the server says" aria-busy={testing.pending} className="min-w-0">
        {testing.pending ? (
          <Card>
            <p role="status" className="mb-3 text-ink-2 text-sm">
              {'process' in upstream
                ? 'Running it, and asking for its tools…'
                : `Asking ${hostOf(upstream.upstreamUrl)} for its tools, with and without the credential…`}
            </p>
            <SkeletonText lines={6} />
          </Card>
        ) : answer ? (
          <UpstreamReport answer={answer} isProcess={transport === 'stdio'} />
        ) : (
          <Card>
            <EmptyState compact icon={<PlugZap aria-hidden />} title="Nothing is saved before it is tested">
              {transport === 'stdio'
                ? 'The test runs the command, asks it for its tools, and ends it. Nothing is called.'
                : 'The test asks the server for its tools, and whether it also answers without the credential. Nothing is called.'}
            </EmptyState>
          </Card>
        )}
      </section>
    </div>
  )
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the server')
