import type { Metadata } from 'next'
import { IssuersSection } from '@/app/(app)/settings/issuers-section'
import { SignInSection } from '@/app/(app)/settings/sign-in-section'
import { plural } from '@/components/format'
import { ROLES } from '@/components/identities/role-words'
import { GatewayList } from '@/components/settings/gateway-list'
import { RefreshEvery } from '@/components/settings/refresh-every'
import { Page } from '@/components/shell/page'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { CodeBlock } from '@/components/ui/code-block'
import { CopyableId } from '@/components/ui/copyable-id'
import { KeyValues } from '@/components/ui/key-values'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, Section } from '@/components/ui/section'
import { seesEverything } from '@/lib/actor'
import { checkpointDir } from '@/lib/audit/checkpoint-files'
import { latestCheckpoint } from '@/lib/audit/checkpoint-store'
import { listRetention } from '@/lib/audit/retention-store'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { getIdentityDetail } from '@/lib/identities/detail-store'
import { readPolicyState } from '@/lib/policies/gateway-store'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const actor = await requireActor()
  return (
    <Page crumbs={[{ label: 'Settings' }]}>
      <PageHeader
        title="Settings"
        sub="How this instance runs. What is set by environment is shown, not changed here."
      />
      <Profile actor={actor} />
      {seesEverything(actor) && (
        <>
          <RefreshEvery seconds={10} />
          <Gateways />
          <Checkpoints />
          <SignInSection actor={actor} />
          <IssuersSection actor={actor} />
          <Retention />
        </>
      )}
    </Page>
  )
}

type SignedIn = Awaited<ReturnType<typeof requireActor>>

async function Profile({ actor }: { actor: SignedIn }) {
  const me = await getIdentityDetail(db(), actor, actor.id)
  return (
    <Section title="You">
      <Card>
        <div className="flex flex-wrap items-start gap-x-10 gap-y-4">
          <IdentityLabel
            name={me.displayName}
            kind="human"
            sub={me.name}
            href={`/identities/${me.id}`}
            className="min-w-56"
          />
          <KeyValues
            className="flex-1 basis-80"
            items={[
              { label: 'Roles', value: me.roles.length > 0 ? <Roles roles={me.roles} /> : 'none' },
              { label: 'Groups', value: me.groups.length > 0 ? me.groups.map(({ name }) => name).join(', ') : null },
              { label: 'Manager', value: me.manager?.displayName ?? null },
              {
                label: 'Answers for',
                value: `${plural(me.owns.length, 'identity', 'identities')}, ${plural(me.ownsConnections.length, 'connection')}`,
              },
            ]}
          />
        </div>
      </Card>
    </Section>
  )
}

function Roles({ roles }: { roles: string[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {ROLES.filter(({ role }) => roles.includes(role)).map(({ role, words }) => (
        <li key={role} className="flex flex-wrap items-baseline gap-x-2">
          <Badge>{role}</Badge>
          <span className="text-ink-3 text-xs">{words}</span>
        </li>
      ))}
    </ul>
  )
}

const Gateways = async () => <GatewayList {...(await readPolicyState(db()))} />

async function Checkpoints() {
  const last = await latestCheckpoint(db())
  return (
    <Section
      title="Checkpoints"
      description="Every 30 seconds in which something happened, the heads of all chains are signed and written outside the database too, so that a rewrite by its owner shows."
    >
      <Card>
        {last === null ? (
          <p className="text-ink-3 text-sm">None yet: the first follows within 30 seconds of the first record.</p>
        ) : (
          <KeyValues
            items={[
              {
                label: 'Last',
                value: (
                  <>
                    number {last.seq.toString()}, <RelativeTime at={last.at} />, over{' '}
                    {plural(last.leaves.length, 'chain')}
                  </>
                ),
              },
              {
                label: 'Root',
                value: <CopyableId value={Buffer.from(last.root).toString('hex')} ends={12} label="root" />,
              },
              { label: 'Signing key', value: <CopyableId value={last.keyId} label="key id" /> },
              { label: 'Written to', value: checkpointDir(env()), mono: true },
            ]}
          />
        )}
        <div className="mt-4 flex flex-col gap-1.5">
          <p className="text-ink-2 text-sm">Check every chain against them, on this machine:</p>
          <CodeBlock code="npx countersign verify" />
        </div>
      </Card>
    </Section>
  )
}

async function Retention() {
  const classes = await listRetention(db())
  return (
    <Section
      title="Retention classes"
      description="How long records of each class have to be kept. They live in one partition a day; this version never drops one by itself."
    >
      <Card>
        <KeyValues items={classes.map(({ name, days }) => ({ label: name, value: plural(days, 'day') }))} />
      </Card>
    </Section>
  )
}
