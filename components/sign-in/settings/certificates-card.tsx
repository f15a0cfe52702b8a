import { TriangleAlert } from 'lucide-react'
import { formatDate } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { CopyableId } from '@/components/ui/copyable-id'
import { Card, CardList } from '@/components/ui/section'

const MONTH_MS = 30 * 86_400_000

interface CertificatesCardProps {
  certificates: readonly { fingerprint: string; subject: string; notAfter: Date }[]
  now: Date
}

/** Whose signature counts. The end is shown because the provider will change its key around then. */
export function CertificatesCard({ certificates, now }: CertificatesCardProps) {
  return (
    <Card title="Certificates" flush>
      <CardList label="Certificates">
        {certificates.map(({ fingerprint, subject, notAfter }) => (
          <li key={fingerprint} className="flex flex-col gap-1 px-4 py-3 text-sm">
            <span className="flex flex-wrap items-center gap-2">
              <span className="min-w-0 break-all text-ink">{subject}</span>
              {notAfter.getTime() - now.getTime() < MONTH_MS && (
                <Badge tone="cut" icon={<TriangleAlert aria-hidden />}>
                  {notAfter <= now ? 'its date is over' : 'ends soon'}
                </Badge>
              )}
            </span>
            <span className="flex flex-wrap items-center gap-x-3 text-ink-3 text-xs">
              <span>until {formatDate(notAfter)}</span>
              <CopyableId value={fingerprint} ends={11} label="SHA-256 fingerprint" />
            </span>
          </li>
        ))}
      </CardList>
    </Card>
  )
}
