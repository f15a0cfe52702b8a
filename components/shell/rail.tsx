'use client'

import {
  CirclePause,
  Flag,
  Grid2x2,
  House,
  type LucideIcon,
  PanelLeftClose,
  PanelLeftOpen,
  Play,
  Plug,
  ScrollText,
  Settings,
  Shield,
  SquareCheck,
  UserRound,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useWaitingCount } from '@/components/approvals/waiting-watch'
import { classNames } from '@/components/ui/class-names'
import { Logo, LogoMark } from '@/components/ui/logo'
import { setRailCollapsed, useRailCollapsed } from '@/components/ui/preferences'
import { Tooltip } from '@/components/ui/tooltip'
import { isCurrent, type Nav, type NavEntry, type NavIcon } from './nav'

const ICON: Record<NavIcon, LucideIcon> = {
  overview: House,
  approvals: CirclePause,
  reviews: SquareCheck,
  campaigns: Flag,
  sessions: Play,
  access: Grid2x2,
  connections: Plug,
  identities: UserRound,
  policies: Shield,
  audit: ScrollText,
  settings: Settings,
}

interface RailLinkProps {
  entry: NavEntry
  /** In the menu sheet of narrow screens, where it closes the sheet and never collapses. */
  onNavigate?: () => void
}

function RailLink({ entry, onNavigate }: RailLinkProps) {
  const current = isCurrent(entry.href, usePathname())
  const waiting = useWaitingCount(entry.count ?? 0)
  const count = entry.live ? waiting : entry.count
  const collapsed = useRailCollapsed() && !onNavigate
  const Icon = ICON[entry.icon]
  const link = (
    <Link
      href={entry.href}
      onClick={onNavigate}
      aria-current={current ? 'page' : undefined}
      className={classNames(
        'relative flex items-center gap-2.5 rounded-md px-2 text-sm outline-offset-[-2px] transition-colors duration-120',
        onNavigate ? 'h-10' : 'h-8 rail-collapsed:justify-center rail-collapsed:px-0',
        current ? 'bg-active font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <Icon aria-hidden strokeWidth={1.75} className={classNames('size-4 shrink-0', !current && 'opacity-80')} />
      <span className={classNames('truncate', !onNavigate && 'rail-collapsed:sr-only')}>{entry.label}</span>
      {count ? (
        <span
          className={classNames(
            'ml-auto text-xs',
            entry.urgent ? 'rounded-full bg-hold-soft px-1.5 font-medium text-hold leading-5' : 'text-ink-3',
            !onNavigate &&
              (entry.urgent
                ? 'rail-collapsed:absolute rail-collapsed:-top-1 rail-collapsed:-right-1 rail-collapsed:leading-4'
                : 'rail-collapsed:sr-only'),
          )}
        >
          {count > 999 ? '999+' : count}
          <span className="sr-only"> waiting</span>
        </span>
      ) : null}
    </Link>
  )
  return collapsed ? (
    <Tooltip content={entry.label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}

/** The entries alone, for the rail and for the menu sheet. */
export function RailEntries({ nav, onNavigate }: { nav: Nav; onNavigate?: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {nav
        .filter((group) => group.length > 0)
        .map((group, index) => (
          <li key={group[0]?.href}>
            {index > 0 && <hr className="mx-2 my-2 border-line border-t" />}
            <ul className="flex flex-col gap-0.5">
              {group.map((entry) => (
                <li key={entry.href}>
                  <RailLink entry={entry} onNavigate={onNavigate} />
                </li>
              ))}
            </ul>
          </li>
        ))}
    </ul>
  )
}

/** The left rail of wide screens: 200px, or 56px of icons once collapsed. */
export function Rail({ nav }: { nav: Nav }) {
  const collapsed = useRailCollapsed()
  const label = collapsed ? 'Expand sidebar' : 'Collapse sidebar'
  return (
    <aside className="sticky top-0 flex h-dvh w-50 shrink-0 flex-col overflow-y-auto border-r bg-canvas px-2 pb-2 rail-collapsed:w-14 max-md:hidden">
      <Link href="/" className="mb-2 flex h-12 shrink-0 items-center rounded-md px-2 outline-offset-[-2px]">
        <span className="rail-collapsed:hidden">
          <Logo />
        </span>
        <span className="hidden w-full justify-center rail-collapsed:flex">
          <LogoMark />
          <span className="sr-only">Countersign</span>
        </span>
      </Link>
      <nav aria-label="Main" className="flex-1">
        <RailEntries nav={nav} />
      </nav>
      <Tooltip content={label} kbd="[" side="right">
        <button
          type="button"
          aria-label={label}
          aria-expanded={!collapsed}
          onClick={() => setRailCollapsed(!collapsed)}
          className="flex h-8 items-center gap-2.5 rounded-md px-2 text-ink-3 text-sm outline-offset-[-2px] transition-colors duration-120 hover:bg-hover hover:text-ink rail-collapsed:justify-center rail-collapsed:px-0"
        >
          <PanelLeftClose aria-hidden className="size-4 rail-collapsed:hidden" strokeWidth={1.75} />
          <PanelLeftOpen aria-hidden className="hidden size-4 rail-collapsed:block" strokeWidth={1.75} />
          <span className="rail-collapsed:hidden">Collapse</span>
        </button>
      </Tooltip>
    </aside>
  )
}
