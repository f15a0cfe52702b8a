import { notFound } from 'next/navigation'
import { allows } from '@/app/(app)/allows'
import { archiveConnectionAction, updateConnectionAction } from '@/app/(app)/connections/actions'
import { readConnection } from '@/app/(app)/connections/read'
import { ArchiveCard } from '@/components/connections/archive-card'
import { AssertionCard } from '@/components/connections/assertion-card'
import { CredentialCard } from '@/components/connections/credential-card'
import { DetailsForm, OwnerForm } from '@/components/connections/details-form'
import { ProcessCard } from '@/components/connections/process-card'
import { QuestionsCard } from '@/components/connections/questions-card'
import { ToolChangesCard } from '@/components/connections/tool-changes-card'
import { Callout } from '@/components/ui/callout'
import { hasRole } from '@/lib/actor'
import { requireMayConfigure, requireMayRun } from '@/lib/connections/authority'
import { commandLine } from '@/lib/connections/process-input'
import { db } from '@/lib/db'
import { endpointOf } from '@/lib/domain'
import { env } from '@/lib/env'
import { listPeople } from '@/lib/identities/store'
import { listAccess } from '@/lib/policies/access-store'
import { listSessions } from '@/lib/sessions/store'

interface Props {
  params: Promise<{ slug: string }>
}

export default async function ConnectionSettingsPage({ params }: Props) {
  const { actor, connection } = await readConnection((await params).slug)
  const mayConfigure = allows(() => requireMayConfigure(actor, connection))
  const isMine = connection.ownerId === actor.id
  if (!mayConfigure && !isMine) notFound()
  if (connection.archivedAt) return <Callout title="An archived connection cannot be changed any more" />
  const [people, paths, live] = await Promise.all([
    listPeople(db()),
    listAccess(db(), actor, { connectionId: connection.id }),
    listSessions(db(), actor, { connection: connection.id, live: true, limit: 200 }),
  ])
  const { id, slug, name, transport, upstreamUrl, command, args, cwd, envNames, risk } = connection
  const { credentialKind: kind, credentialHeader: header, credentialParams, assertHeader, assertAudience } = connection
  const credential = header === null ? null : { kind, header, params: credentialParams }
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      {mayConfigure && (
        <div className="flex flex-col gap-4">
          <DetailsForm
            connection={{
              id,
              name,
              transport: transport === 'stdio' ? 'http' : transport,
              upstreamUrl,
              risk,
              credential,
            }}
            update={updateConnectionAction}
          />
          {command !== null && (
            <ProcessCard
              connectionId={id}
              process={{ command, args, cwd, envNames, line: commandLine({ command, args }) }}
              mayRun={allows(() => requireMayRun(actor))}
              update={updateConnectionAction}
            />
          )}
        </div>
      )}
      <div className="flex flex-col gap-4">
        {mayConfigure && upstreamUrl !== null && (
          <CredentialCard
            connectionId={id}
            host={new URL(upstreamUrl).host}
            credential={credential}
            update={updateConnectionAction}
          />
        )}
        {mayConfigure && upstreamUrl !== null && (
          <AssertionCard
            connectionId={id}
            header={assertHeader}
            audience={assertAudience}
            origin={new URL(upstreamUrl).origin}
            issuer={env().gatewayUrl}
            keysUrl={`${env().gatewayUrl}/.well-known/jwks.json`}
            update={updateConnectionAction}
          />
        )}
        {mayConfigure && <QuestionsCard connectionId={id} refuse={connection.refuse} update={updateConnectionAction} />}
        {mayConfigure && (
          <ToolChangesCard connectionId={id} toolChanges={connection.toolChanges} update={updateConnectionAction} />
        )}
        <OwnerForm
          connectionId={id}
          ownerId={connection.ownerId}
          people={people}
          update={updateConnectionAction}
          isMine={isMine && !hasRole(actor, 'admin')}
        />
        {mayConfigure && (
          <ArchiveCard
            connectionId={id}
            name={name}
            url={`${env().gatewayUrl}/${slug}/${endpointOf(transport)}`}
            openPaths={paths.filter(({ open }) => open.effect === 'allow').length}
            liveSessions={live.sessions.length}
            archive={archiveConnectionAction}
          />
        )}
      </div>
    </div>
  )
}
