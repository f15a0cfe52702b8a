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
            title={
              <span className="flex flex-wrap items-center gap-2">
                Single sign-on <Badge tone="outline">environment</Badge>
              </span>
            }
            sub={<Facts protocol="oidc" issuer={environment.issuer} domains={null} />}
          />
        )}
        {providers.map(({ slug, name, protocol, issuer, emailDomains, disabledAt }) => (
          <CardRow
            key={slug}
            icon={<Initial name={name} />}
            title={name}
            href={`/settings/sign-in/${slug}`}
            sub={<Facts protocol={protocol} issuer={issuer} domains={emailDomains} />}
            meta={disabledAt && <Badge>disabled</Badge>}
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

function Facts(props: { protocol: 'oidc' | 'saml'; issuer: string; domains: readonly string[] | null }) {
  const { protocol, issuer, domains } = props
  const answersFor = domains === null ? 'every domain' : domains.length > 0 ? domains.join(', ') : 'no domain'
  return (
    <span className="break-words">
      {PROTOCOL_LABEL[protocol]} · answers for {answersFor} · <span className="break-all">{issuer}</span>
    </span>
  )
}
