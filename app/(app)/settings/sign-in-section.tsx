import Link from 'next/link'
import type { ReactNode } from 'react'
import { ProviderList } from '@/components/sign-in/settings/provider-list'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { CopyableId } from '@/components/ui/copyable-id'
import { KeyValues } from '@/components/ui/key-values'
import { Card, Section } from '@/components/ui/section'
import { type Actor, hasRole } from '@/lib/actor'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { listPeople } from '@/lib/identities/store'
import { oidcRedirectUri } from '@/lib/sign-in/addresses'
import { listProviders } from '@/lib/sign-in/provider-store'

/** How people get in: providers, and who is an administrator. */
export async function SignInSection({ actor }: { actor: Actor }) {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, COUNTERSIGN_ADMINS, webUrl } = env()
  const [people, providers] = await Promise.all([listPeople(db()), listProviders(db(), actor)])
  const admins = people.filter(({ roles }) => roles.includes('admin'))
  const none = !OIDC_ISSUER && providers.every(({ disabledAt }) => disabledAt !== null)
  return (
    <Section
      title="Sign-in"
      aside={
        hasRole(actor, 'admin') && (
          <ButtonLink size="sm" href="/settings/sign-in/new">
            Add a provider
          </ButtonLink>
        )
      }
      description="Whoever a provider signs in is known by its issuer and subject. An e-mail address finds somebody only where the provider answers for its domain."
    >
      {none && (
        <Callout tone="cut" className="mb-4" title="No identity provider is connected">
          People sign in only with links that the operator of this machine makes:{' '}
          <code className="font-mono text-xs">npx countersign sign-in-link EMAIL</code>
        </Callout>
      )}
      {(OIDC_ISSUER || providers.length > 0) && (
        <div className="mb-4">
          <ProviderList
            environment={OIDC_ISSUER ? { issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID ?? null } : null}
            providers={providers}
          />
        </div>
      )}
      <Card>
        <KeyValues
          items={[
            ...(OIDC_ISSUER ? [{ label: 'Client id', value: OIDC_CLIENT_ID ?? null, mono: true }] : []),
            {
              label: 'Redirect URI',
              value: <CopyableId value={oidcRedirectUri(webUrl, 'oidc')} label="redirect URI" />,
            },
            {
              label: 'Administrators',
              value:
                admins.length === 0 ? null : (
                  <Linked
                    items={admins.map(({ id, displayName }) => ({ href: `/identities/${id}`, text: displayName }))}
                  />
                ),
            },
            {
              label: 'COUNTERSIGN_ADMINS',
              value: COUNTERSIGN_ADMINS.length === 0 ? null : COUNTERSIGN_ADMINS.join(', '),
            },
          ]}
        />
        <p className="mt-4 text-ink-3 text-xs">
          Client id and redirect URI are those of the environment’s provider. Like COUNTERSIGN_ADMINS they are read when
          the web app starts.
        </p>
      </Card>
    </Section>
  )
}

function Linked({ items }: { items: { href: string; text: string }[] }) {
  return (
    <>
      {items.map(
        ({ href, text }, index): ReactNode => (
          <span key={href}>
            {index > 0 && ', '}
            <Link
              href={href}
              className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-ink"
            >
              {text}
            </Link>
          </span>
        ),
      )}
    </>
  )
}
