import { FileKey2 } from 'lucide-react'
import { plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList, CardRow, RowIcon } from '@/components/ui/section'
import { KeyStatusBadge, type KeysAtGateway } from './key-status'

interface IssuerListProps {
  issuers: readonly {
    id: string
    issuer: string
    audience: string | null
    kind: keyof typeof KIND_LABEL
    emailDomains: readonly string[]
    subjects: number
    gateways: readonly KeysAtGateway[]
  }[]
  mayRegister: boolean
}

export function IssuerList({ issuers, mayRegister }: IssuerListProps) {
  if (issuers.length === 0) {
    return (
      <Card flush>
        <EmptyState
          compact
          icon={<FileKey2 aria-hidden />}
          title="No issuers"
          action={mayRegister && <ButtonLink href="/settings/issuers/new">Register an issuer</ButtonLink>}
        >
          Callers show keys that were made here. Register the identity provider, the CI system or the cluster whose
          tokens they have anyway.
        </EmptyState>
      </Card>
    )
  }
  return (
    <Card flush>
      <CardList label="Token issuers">
        {issuers.map(({ id, issuer, audience, kind, emailDomains, subjects, gateways }) => (
          <CardRow
            key={id}
            icon={
              <RowIcon>
                <FileKey2 />
              </RowIcon>
            }
            title={<span className="break-all">{issuer}</span>}
            href={`/settings/issuers/${id}`}
            sub={[
              audience === null ? 'for one connection at a time' : `audience ${audience}`,
              emailDomains.length > 0 ? `answers for ${emailDomains.join(', ')}` : null,
              plural(subjects, 'subject'),
            ]
              .filter(Boolean)
              .join(' · ')}
            meta={
              <span className="flex flex-wrap justify-end gap-1.5 max-sm:flex-col max-sm:items-end">
                <Badge tone="outline">{KIND_LABEL[kind]}</Badge>
                <KeyStatusBadge gateways={gateways} />
              </span>
            }
          />
        ))}
      </CardList>
    </Card>
  )
}
