import { DataTableSkeleton } from '@/components/data-table/data-table-skeleton'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Access' }]}>
      <PageHeader inset title="Access" sub="Who may use what, through which grants, and what of it they use." />
      <DataTableSkeleton
        label="access paths"
        columns={[
          'Identity',
          'Connection',
          'Risk',
          'Tools used of granted',
          'Calls, 90 d',
          'Last used',
          'Through',
          'Until',
        ]}
      />
    </Page>
  )
}
