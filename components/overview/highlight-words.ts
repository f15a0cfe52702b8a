import { plural } from '@/components/format'
import { REASON_TEXT, REFUSAL_REASONS } from '@/lib/words'

export interface HighlightView {
  action: string
  /** ISO. */
  at: string
  actor: string
  identity: { name: string; displayName: string } | null
  connection: { slug: string; name: string } | null
  tool: string | null
  reason: string | null
  count: number
  values: number
  /** `href` only where this viewer may open it. */
  campaign: { name: string; href: string | null } | null
}

export interface HighlightWords {
  tone: 'ok' | 'no' | 'cut' | 'mask' | 'neutral'
  icon: 'refused' | 'proven' | 'warning' | 'masked' | 'campaign' | 'session'
  title: string
  sub: string
  href: string | null
}

const and = (...parts: (string | null | undefined | false)[]): string => parts.filter(Boolean).join(', ')

const reasonText = (reason: string | null): string | null => {
  const known = REFUSAL_REASONS.find((each) => each === reason)
  return known ? REASON_TEXT[known].replace(/\.( .*)?$/, '') : reason
}

/** One line of "Last things that mattered", with the list behind it. */
export function highlightInWords(view: HighlightView): HighlightWords {
  const who = view.identity?.displayName ?? 'somebody'
  const where = view.connection?.name
  const path = view.identity && where ? `${who} on ${where}` : who
  const campaignHref = view.campaign?.href ?? auditHref(view, { action: view.action })
  switch (view.action) {
    case 'call.refused':
      return {
        tone: 'no',
        icon: 'refused',
        title: view.count > 1 ? `${who} was refused ${plural(view.count, 'time')}` : `${who} was refused`,
        sub: and(view.tool, where, reasonText(view.reason)),
        href: auditHref(view, view.reason ? { reason: view.reason } : {}),
      }
    case 'call.masked':
      return {
        tone: 'mask',
        icon: 'masked',
        title: `${plural(view.values, 'value')} masked in one answer`,
        sub: and(view.tool, path),
        href: auditHref(view, { action: 'call.masked' }),
      }
    case 'remediation.verified':
      return { tone: 'ok', icon: 'proven', title: 'Removal verified by every gateway', sub: path, href: campaignHref }
    case 'remediation.failed':
      return {
        tone: 'no',
        icon: 'warning',
        title: 'A removal could not be proven',
        sub: and(path, view.reason),
        href: campaignHref,
      }
    case 'grant.refused':
      return {
        tone: 'cut',
        icon: 'warning',
        title: 'Access that a review took away was asked for again',
        sub: and(path, `by ${view.actor.replace(/^user:/, '')}`),
        href: auditHref(view, { action: view.action }),
      }
    case 'exclusion.lifted':
      return {
        tone: 'cut',
        icon: 'warning',
        title: 'An exclusion was lifted',
        sub: and(path, `by ${view.actor.replace(/^user:/, '')}`, view.reason),
        href: auditHref(view, { action: view.action }),
      }
    case 'connection.tools_changed':
      return {
        tone: 'cut',
        icon: 'warning',
        title: `Tools changed on ${where ?? 'a connection'}`,
        sub: 'The server offers other definitions than before',
        href: view.connection ? `/connections/${view.connection.slug}` : null,
      }
    case 'session.end_requested':
      return {
        tone: 'neutral',
        icon: 'session',
        title: `A session of ${who} was ended`,
        sub: and(where, `by ${view.actor.replace(/^user:/, '')}`),
        href: auditHref(view, { action: view.action }),
      }
    default: {
      const verb = view.action.replace(/^campaign\./, '')
      return {
        tone: verb === 'completed' ? 'ok' : 'neutral',
        icon: 'campaign',
        title: view.campaign ? `${view.campaign.name} ${verb === 'launched' ? 'started' : verb}` : view.action,
        sub: verb === 'completed' ? 'Every removal is proven' : `by ${view.actor.replace(/^user:/, '')}`,
        href: campaignHref,
      }
    }
  }
}

function auditHref(view: HighlightView, more: Record<string, string>): string {
  const params = new URLSearchParams(more)
  if (view.identity) params.set('identity', view.identity.name)
  if (view.connection) params.set('connection', view.connection.slug)
  return `/audit?${params}`
}
