import type { Nav, NavEntry } from '@/components/shell/nav'
import type { PaletteEntry } from '@/components/shell/palette-types'
import { type Actor, hasRole } from '@/lib/actor'

export interface NavCounts {
  /** Review items that wait for this person. */
  reviews: number
  /** Held calls that this person may decide. */
  approvals: number
}

/** The rail, by role: only pages that exist and that this person may open. */
export function navigationFor(actor: Actor, counts: NavCounts): Nav {
  const governs = hasRole(actor, 'admin', 'auditor')
  const reviews = governs || hasRole(actor, 'reviewer') || counts.reviews > 0
  const only = (shown: boolean, entry: NavEntry): NavEntry[] => (shown ? [entry] : [])
  return [
    [
      { href: '/', label: 'Overview', icon: 'overview' },
      { href: '/approvals', label: 'Approvals', icon: 'approvals', count: counts.approvals, urgent: true, live: true },
      ...only(reviews, { href: '/reviews', label: 'Reviews', icon: 'reviews', count: counts.reviews }),
    ],
    [
      ...only(governs, { href: '/campaigns', label: 'Campaigns', icon: 'campaigns' }),
      { href: '/sessions', label: 'Sessions', icon: 'sessions' },
      { href: '/access', label: 'Access', icon: 'access' },
    ],
    [
      { href: '/connections', label: 'Connections', icon: 'connections' },
      { href: '/identities', label: 'Identities', icon: 'identities' },
      ...only(governs || hasRole(actor, 'engineer'), { href: '/policies', label: 'Policies', icon: 'policies' }),
    ],
    [
      { href: '/audit', label: 'Audit', icon: 'audit' },
      { href: '/settings', label: 'Settings', icon: 'settings' },
    ],
  ]
}

/** Verbs that have a page of their own. */
export function verbsFor(actor: Actor): PaletteEntry[] {
  const admin = hasRole(actor, 'admin')
  const all: [boolean, PaletteEntry][] = [
    [true, { label: 'Decide held calls', href: '/approvals', keywords: ['approve', 'deny', 'waiting', 'inbox'] }],
    [
      true,
      {
        label: 'Hand over my approvals',
        href: '/approvals?away',
        keywords: ['away', 'delegate', 'holiday', 'vacation'],
      },
    ],
    [admin, { label: 'Start a campaign', href: '/campaigns/new', keywords: ['launch', 'review', 'certification'] }],
    [
      admin || hasRole(actor, 'engineer'),
      { label: 'Register a connection', href: '/connections/new', keywords: ['add', 'mcp', 'server'] },
    ],
    [
      admin || hasRole(actor, 'engineer'),
      { label: 'Create an identity', href: '/identities/new', keywords: ['add', 'agent', 'service', 'key'] },
    ],
    [
      true,
      { label: 'Manage my access tokens', href: '/access-tokens', keywords: ['new', 'personal', 'bearer', 'key'] },
    ],
    [
      admin,
      {
        label: 'Add a sign-in provider',
        href: '/settings/sign-in/new',
        keywords: ['saml', 'oidc', 'sso', 'okta', 'entra'],
      },
    ],
  ]
  return all.flatMap(([may, verb]) => (may ? [verb] : []))
}
