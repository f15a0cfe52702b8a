import type { ReactNode } from 'react'
import { classNames } from '@/components/ui/class-names'
import type { Crumb } from './nav'
import { TopBar } from './top-bar'

interface PageProps {
  crumbs: readonly Crumb[]
  /**
   * `flow`: a padded column that scrolls with the window. `wide`: the same without a width limit.
   * `fill`: exactly the window's height with no padding, for tables, panes and the player; children scroll themselves.
   */
  layout?: 'flow' | 'wide' | 'fill'
  children: ReactNode
}

/** Every page's frame inside AppShell, `loading.tsx` included, so that the top bar never jumps. */
export function Page({ crumbs, layout = 'flow', children }: PageProps) {
  return (
    <div className={classNames('flex min-w-0 flex-1 flex-col bg-surface', layout === 'fill' && 'h-dvh')}>
      <TopBar crumbs={crumbs} />
      <main
        id="content"
        tabIndex={-1}
        className={classNames(
          'min-w-0 flex-1 outline-none',
          layout === 'fill' ? 'flex min-h-0 flex-col' : 'flex w-full flex-col gap-6 px-4 py-5 md:px-6 md:py-6',
          layout === 'flow' && 'mx-auto max-w-320',
        )}
      >
        {children}
      </main>
    </div>
  )
}
