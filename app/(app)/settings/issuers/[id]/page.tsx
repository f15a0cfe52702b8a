import type { Metadata } from 'next'
import { checkIssuerAction, removeIssuerAction, updateIssuerAction } from '@/app/(app)/settings/issuers/actions'
import { readIssuer } from '@/app/(app)/settings/issuers/read'
import { plural } from '@/components/format'
import { EditIssuerForm } from '@/components/issuers/edit-issuer-form'
import { type IssuerForm, linesOf } from '@/components/issuers/issuer-values'
import { KeyCheck } from '@/components/issuers/key-check'
import { KeyStatusBadge, KeyStatusList } from '@/components/issuers/key-status'
import { RemoveIssuerCard } from '@/components/issuers/remove-issuer-card'
import { RefreshEvery } from '@/components/settings/refresh-every'
import { Page } from '@/components/shell/page'
import { KeyValues } from '@/components/ui/key-values'
import { PageHeader } from '@/components/ui/page-header'
import { Card } from '@/components/ui/section'
import { hasRole } from '@/lib/actor'
import { SIGNATURE_ALGORITHMS } from '@/lib/domain'
import type { Issuer } from '@/lib/identities/issuer'

interface Props {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: new URL((await readIssuer((await params).id)).issuer.issuer).host }
}

export default async function IssuerPage({ params }: Props) {
  const { actor, issuer } = await readIssuer((await params).id)
  const isAdmin = hasRole(actor, 'admin')
  const saved = formOf(issuer)
  return (
    <Page crumbs={[{ label: 'Settings', href: '/settings' }, { label: new URL(issuer.issuer).host }]}>
      <RefreshEvery seconds={10} />
      <PageHeader
        title={<span className="break-all">{issuer.issuer}</span>}
        badge={<KeyStatusBadge gateways={issuer.gateways} />}
        sub={
          <span className="flex flex-wrap gap-x-3">
            <span>{plural(issuer.subjects, 'subject')}</span>
            {issuer.managedBy && <span>managed by access.yaml</span>}
          </span>
        }
      />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {isAdmin ? (
          <EditIssuerForm key={JSON.stringify(saved)} issuerId={issuer.id} saved={saved} update={updateIssuerAction} />
        ) : (
          <Facts issuer={issuer} />
        )}
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Keys at the gateways" flush>
            <KeyStatusList gateways={issuer.gateways} />
          </Card>
          {isAdmin && (
            <>
              <Card title="Keys, asked for from here">
                <KeyCheck issuer={issuer.issuer} jwksUri={issuer.jwksUri ?? ''} check={checkIssuerAction} />
              </Card>
              <RemoveIssuerCard
                issuerId={issuer.id}
                issuer={issuer.issuer}
                subjects={issuer.subjects}
                remove={removeIssuerAction}
              />
            </>
          )}
        </div>
      </div>
    </Page>
  )
}

/** For auditors, who change nothing. */
function Facts({ issuer }: { issuer: Issuer }) {
  return (
    <Card title="Settings">
      <KeyValues
        items={[
          { label: 'Makes', value: issuer.kind },
          { label: 'Subject from', value: issuer.identityClaim, mono: true },
          { label: 'Audience', value: issuer.audience, mono: true },
          { label: 'Required claims', value: linesOf(issuer.requiredClaims) || null, mono: true },
          { label: 'E-mail domains', value: issuer.emailDomains.join(', ') || null },
          { label: 'Groups from', value: issuer.groupsClaim, mono: true },
          { label: 'Groups it may name', value: issuer.groupGlobs.join(', ') || 'none', mono: true },
          { label: 'Scope', value: issuer.requiredScope, mono: true },
          { label: 'Key set', value: issuer.jwksUri ?? 'by its metadata', mono: issuer.jwksUri !== null },
          { label: 'Algorithms', value: issuer.algorithms.join(', '), mono: true },
          { label: 'ID tokens', value: issuer.acceptsIdTokens ? 'count' : 'refused' },
        ]}
      />
    </Card>
  )
}

const formOf = (issuer: Issuer): IssuerForm => ({
  issuer: issuer.issuer,
  audience: issuer.audience ?? '',
  identityClaim: issuer.identityClaim,
  kind: issuer.kind,
  emailDomains: issuer.emailDomains.join(', '),
  groupsClaim: issuer.groupsClaim ?? '',
  groupGlobs: issuer.groupGlobs.join(', '),
  requiredClaims: linesOf(issuer.requiredClaims),
  requiredScope: issuer.requiredScope ?? '',
  jwksUri: issuer.jwksUri ?? '',
  algorithms: issuer.algorithms.length === SIGNATURE_ALGORITHMS.length ? '' : issuer.algorithms.join(', '),
  acceptsIdTokens: issuer.acceptsIdTokens,
  evenIfUnreachable: false,
})
