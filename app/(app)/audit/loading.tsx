import { DataTableSkeleton } from '@/components/data-table/data-table-skeleton'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Audit' }]}>
      <PageHeader
        inset
        title="Audit"
        sub="Every ruling of the gateway and every change by anyone, append-only and chained."
      />
      <DataTableSkeleton
        label="audit events"
        columns={['Event', 'By', 'Identity', 'Connection', 'Tool', 'Outcome', 'When']}
      />
    </Page>
  )
}
