/** The names of the rail's icons; a server layout cannot hand components to the client rail. */
export type NavIcon =
  | 'overview'
  | 'approvals'
  | 'reviews'
  | 'campaigns'
  | 'sessions'
  | 'access'
  | 'connections'
  | 'identities'
  | 'policies'
  | 'audit'
  | 'settings'

export interface NavEntry {
  /** A page that exists and that this person may open. */
  href: string
  label: string
  icon: NavIcon
  /** What waits behind it. Nothing is shown for zero. */
  count?: number
  /** Someone is waiting right now, as behind a held call. */
  urgent?: boolean
  /** Follows the stream of held calls instead of standing at what the page was drawn with. */
  live?: boolean
}

/** Groups, divided by hairlines, in the order of the rail. */
export type Nav = readonly (readonly NavEntry[])[]

/** The page itself, or a page below it; `/` is only itself. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}

export interface ShellUser {
  /** As shown: "Dana Kim". */
  name: string
  email: string
  roles: readonly string[]
}

export interface Crumb {
  label: string
  /** All but the last lead somewhere. */
  href?: string
}
