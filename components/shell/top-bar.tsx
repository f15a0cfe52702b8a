'use client'

import { Menu as MenuIcon, Search } from 'lucide-react'
import Link from 'next/link'
import { Fragment, useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { Logo } from '@/components/ui/logo'
import { Sheet } from '@/components/ui/sheet'
import type { Crumb } from './nav'
import { RailEntries } from './rail'
import { useShell } from './shell-context'
import { UserMenu } from './user-menu'

function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-ink-3 text-sm">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1
          return (
            <Fragment key={crumb.href ?? crumb.label}>
              {index > 0 && (
                <li aria-hidden className="max-md:hidden">
                  /
                </li>
              )}
              <li className={last ? 'min-w-0 truncate font-medium text-ink' : 'shrink-0 max-md:hidden'}>
                {crumb.href && !last ? (
                  <Link href={crumb.href} className="rounded-sm hover:text-ink">
                    {crumb.label}
                  </Link>
                ) : (
                  <span aria-current={last ? 'page' : undefined}>{crumb.label}</span>
                )}
              </li>
            </Fragment>
          )
        })}
      </ol>
    </nav>
  )
}

function MobileMenu() {
  const { nav } = useShell()
  const [open, setOpen] = useState(false)
  return (
    <Sheet
      side="start"
      size="sm"
      title={<Logo />}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          aria-label="Open menu"
          className="-ml-2 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-hover md:hidden"
        >
          <MenuIcon aria-hidden className="size-4.5" strokeWidth={1.75} />
        </button>
      }
    >
      <nav aria-label="Main" className="-mx-3 -mt-1">
        <RailEntries nav={nav} onNavigate={() => setOpen(false)} />
      </nav>
    </Sheet>
  )
}

export function TopBar({ crumbs }: { crumbs: readonly Crumb[] }) {
  const { environment, openPalette } = useShell()
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-2.5 border-b bg-surface px-4 md:px-6">
      <MobileMenu />
      <Breadcrumb crumbs={crumbs} />
      <Badge tone="outline" className="max-sm:hidden">
        {environment}
      </Badge>
      <button
        type="button"
        onClick={openPalette}
        aria-keyshortcuts="Meta+K Control+K"
        className="flex h-8 w-56 items-center gap-2 rounded-md border bg-canvas px-2 text-ink-3 text-sm transition-colors duration-120 hover:border-line-strong hover:text-ink-2 max-lg:hidden"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 text-left">Search or run…</span>
        <Kbd>⌘K</Kbd>
      </button>
      <span className="lg:hidden">
        <IconButton label="Search or run" icon={<Search aria-hidden />} onClick={openPalette} />
      </span>
      <UserMenu />
    </header>
  )
}
