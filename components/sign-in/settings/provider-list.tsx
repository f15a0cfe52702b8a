import { Badge } from '@/components/ui/badge'
import { Card, CardList, CardRow, RowIcon } from '@/components/ui/section'

export const PROTOCOL_LABEL = { oidc: 'OpenID Connect', saml: 'SAML 2.0' } as const

interface ProviderListProps {
  environment: { issuer: string; clientId: string | null } | null
  providers: readonly {
    slug: string
    name: string
    protocol: 'oidc' | 'saml'
    issuer: string
    emailDomains: readonly string[]
    disabledAt: Date | null
  }[]
}

export function ProviderList({ environment, providers }: ProviderListProps) {
  return (
    <Card flush>
      <CardList label="Sign-in providers">
        {environment && (
          <CardRow
            icon={<Initial name="Single sign-on" />}
            title="Single sign-on"
            sub={<span className="break-all">{environment.issuer}</span>}
            meta={
              <span className="flex flex-wrap justify-end gap-1.5">
                <Badge tone="outline">environment</Badge>
                <Badge tone="outline">{PROTOCOL_LABEL.oidc}</Badge>
              </span>
            }
          />
        )}
        {providers.map(({ slug, name, protocol, issuer, emailDomains, disabledAt }) => (
          <CardRow
            key={slug}
            icon={<Initial name={name} />}
            title={name}
            href={`/settings/sign-in/${slug}`}
            sub={
              <span className="break-all">
                {issuer}
                {emailDomains.length > 0 && ` · answers for ${emailDomains.join(', ')}`}
              </span>
            }
            meta={
              <span className="flex flex-wrap justify-end gap-1.5">
                {disabledAt && <Badge>disabled</Badge>}
                <Badge tone="outline">{PROTOCOL_LABEL[protocol]}</Badge>
              </span>
            }
          />
        ))}
      </CardList>
    </Card>
  )
}

const Initial = ({ name }: { name: string }) => (
  <RowIcon>
    <span className="font-semibold text-xs uppercase">{Array.from(name)[0]}</span>
  </RowIcon>
)
