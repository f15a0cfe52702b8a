import { DataTableSkeleton } from '@/components/data-table/data-table-skeleton'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'

export default function Loading() {
  return (
    <Page crumbs={[{ label: 'Identities' }]} layout="fill">
      <PageHeader inset title="Identities" sub=" " />
      <DataTableSkeleton
        label="identities"
        columns={['Identity', 'Name', 'Kind', 'Owner', 'Groups', 'Ends', 'Keys', 'Last used']}
      />
    </Page>
  )
}
