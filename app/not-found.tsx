import { Compass } from 'lucide-react'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** Also what someone sees who may not see it: whether a thing exists is itself an answer. */
export default function NotFound() {
  return (
    <main className="grid min-h-[70dvh] flex-1 place-items-center">
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
    </main>
  )
}
