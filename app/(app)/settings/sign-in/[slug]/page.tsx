import type { Metadata } from 'next'
import {
  disableProviderAction,
  enableProviderAction,
  inspectIssuerAction,
  readMetadataAction,
  removeProviderAction,
  updateProviderAction,
} from '@/app/(app)/settings/sign-in/actions'
import { readProvider } from '@/app/(app)/settings/sign-in/read'
import { Page } from '@/components/shell/page'
import { AddressesCard } from '@/components/sign-in/settings/addresses-card'
import { CertificatesCard } from '@/components/sign-in/settings/certificates-card'
import { EditProviderForm } from '@/components/sign-in/settings/edit-provider-form'
import { PROTOCOL_LABEL } from '@/components/sign-in/settings/provider-list'
import { type ProviderForm, requirementsText } from '@/components/sign-in/settings/provider-values'
import { SwitchCard } from '@/components/sign-in/settings/switch-card'
import { Badge } from '@/components/ui/badge'
import { KeyValues } from '@/components/ui/key-values'
import { PageHeader } from '@/components/ui/page-header'
import { Card } from '@/components/ui/section'
import { hasRole } from '@/lib/actor'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { describeCertificate } from '@/lib/sign-in/certificate'
import type { SignInProvider } from '@/lib/sign-in/provider'
import { countUse } from '@/lib/sign-in/provider-store'

interface Props {
  params: Promise<{ slug: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await readProvider((await params).slug)).provider.name }
}

export default async function ProviderPage({ params }: Props) {
  const { actor, provider } = await readProvider((await params).slug)
  const { id, name, protocol, slug, disabledAt, managedBy } = provider
  const use = await countUse(db(), provider)
  return (
    <Page crumbs={[{ label: 'Settings', href: '/settings' }, { label: name }]}>
      <PageHeader
        title={name}
        badge={disabledAt ? <Badge>disabled</Badge> : undefined}
        sub={
          <span className="flex flex-wrap gap-x-3">
            <span>{PROTOCOL_LABEL[protocol]}</span>
            <span className="break-all font-mono text-xs leading-5">{provider.issuer}</span>
            {managedBy && <span>managed by access.yaml</span>}
          </span>
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {hasRole(actor, 'admin') ? (
          <EditProviderForm
            key={JSON.stringify(provider)}
            providerId={id}
            saved={formOf(provider)}
            update={updateProviderAction}
            inspect={inspectIssuerAction}
            readMetadata={readMetadataAction}
          />
        ) : (
          <Facts provider={provider} />
        )}
        <div className="flex min-w-0 flex-col gap-4">
          <AddressesCard protocol={protocol} webUrl={env().webUrl} slug={slug} />
          {provider.protocol === 'saml' && (
            <CertificatesCard certificates={provider.certificates.map(describeCertificate)} now={new Date()} />
          )}
          {hasRole(actor, 'admin') && (
            <SwitchCard
              providerId={id}
              name={name}
              disabled={disabledAt !== null}
              {...use}
              disable={disableProviderAction}
              enable={enableProviderAction}
              remove={removeProviderAction}
            />
          )}
        </div>
      </div>
    </Page>
  )
}

/** For auditors, who change nothing. */
function Facts({ provider }: { provider: SignInProvider }) {
  const { claims, emailDomains, groupGlobs, requiredClaims } = provider
  return (
    <Card title="Settings">
      <KeyValues
        items={[
          ...(provider.protocol === 'oidc'
            ? [
                { label: 'Client id', value: provider.clientId, mono: true },
                { label: 'Scopes', value: provider.scopes.join(' '), mono: true },
                { label: 'Addresses', value: provider.vouchesForEmails ? 'all verified' : 'as email_verified says' },
              ]
            : [{ label: 'Sign-in address', value: provider.signInUrl, mono: true }]),
          { label: 'E-mail domains', value: emailDomains.join(', ') || null },
          { label: 'Groups from', value: claims.groups, mono: true },
          { label: 'Groups it may name', value: groupGlobs.join(', ') || 'none', mono: true },
          { label: 'Only with', value: requirementsText(requiredClaims) || null, mono: true },
        ]}
      />
    </Card>
  )
}

function formOf(provider: SignInProvider): ProviderForm {
  const { protocol, name, slug, issuer, emailDomains, vouchesForEmails, claims, groupGlobs, requiredClaims } = provider
  const oidc = provider.protocol === 'oidc' ? provider : null
  const saml = provider.protocol === 'saml' ? provider : null
  return {
    ...{ protocol, name, slug, issuer, vouchesForEmails },
    clientId: oidc?.clientId ?? '',
    clientSecret: '',
    scopes: oidc?.scopes.join(' ') ?? '',
    signInUrl: saml?.signInUrl ?? '',
    certificates: saml?.certificates.map((pem) => pem.trim()).join('\n') ?? '',
    emailDomains: emailDomains.join(', '),
    groupGlobs: groupGlobs.join(', '),
    requiredClaims: requirementsText(requiredClaims),
    groupsClaim: claims.groups ?? '',
    subjectClaim: claims.subject ?? '',
    emailClaim: claims.email ?? '',
    nameClaim: claims.name ?? '',
  }
}
