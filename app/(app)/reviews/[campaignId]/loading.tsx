import { Page } from '@/components/shell/page'
import { WorkbenchSkeleton } from '@/components/workbench/workbench-skeleton'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Reviews', href: '/reviews' }, { label: 'Review' }]}>
      <WorkbenchSkeleton />
    </Page>
  )
}
