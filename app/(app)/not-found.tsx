import { Compass } from 'lucide-react'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** Within the shell, so that whoever followed a link that is not theirs can go on from here. */
export default function NotFound() {
  return (
    <Page crumbs={[{ label: 'Not found' }]}>
      <title>Not found · Countersign</title>
      <EmptyState
        icon={<Compass aria-hidden />}
        heading="h1"
        title="There is nothing here for you"
        action={
          <ButtonLink href="/" variant="primary">
            Go to the overview
          </ButtonLink>
        }
      >
        The page does not exist, or it is not yours to see. If someone sent you the link, ask them for access.
      </EmptyState>
    </Page>
  )
}
