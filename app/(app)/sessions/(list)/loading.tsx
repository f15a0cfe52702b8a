import { DataTableSkeleton } from '@/components/data-table/data-table-skeleton'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Sessions' }]}>
      <PageHeader inset title="Sessions" sub="Every conversation that passed the gateway, to search and to replay." />
      <DataTableSkeleton
        label="sessions"
        columns={['Identity', 'Connection', 'What happened', 'Calls', 'Duration', 'Client', 'Started']}
      />
    </Page>
  )
}
